# Why a light is what it is: one sentence with what it rests on
programmes-light-overdue = Overdue by { $days } days: due { $due }, no confirmed result yet.
programmes-light-due-today = Due today, { $due }.
programmes-light-near-due = Near due: { $days } days left, due { $due }.
programmes-light-in-time = In time: { $days } days left until { $due }.
programmes-light-start-overdue = Start overdue by { $days } days: was to start by { $due }, no confirmed result yet.
programmes-light-start-today = To be started today, { $due }.
programmes-light-start-near = Start is near: { $days } days left, by { $due }.
programmes-light-start-in-time = In time: { $days } days left until the start, { $due }.
programmes-light-awaiting-dated = The lead unit is yet to be appointed; { $days } days left until { $due }.
programmes-light-awaiting = The lead unit is yet to be appointed, so it cannot be judged yet.
programmes-light-done = Completed on { $done }, confirmed.
programmes-light-done-in-time = Completed in time: on { $done }, due { $due }.
programmes-light-done-late = Completed { $days } days late: on { $done }, due { $due }.
programmes-light-waiting = Completion reported on { $reported }, in time for { $due }; it waits to be confirmed.
programmes-light-waiting-past = Completion reported on { $reported }, in time for { $due }; confirming is { $days } days behind the deadline.
programmes-light-behind = Behind its course: { $percent }% done, { $expected }% of the time gone by, due { $due }.
programmes-light-started = Started on { $day } (by { $due }), now continuous.
programmes-light-start-waiting = Start reported on { $reported }, in time for { $due }; it waits to be confirmed.
programmes-light-period-missing = No confirmed result for the period { $from } – { $to }; it had to be reported by { $by }.
programmes-light-period-due = The period { $from } – { $to } is to be reported: { $days } days left, by { $by }.
programmes-light-period-waiting = The period { $from } – { $to } was reported in time for { $by }; it waits to be confirmed.
programmes-light-period-confirmed = The period { $from } – { $to } has a confirmed result (due { $by }).
programmes-light-period-first = Cannot be judged yet: the period { $from } – { $to } has not closed; report by { $by }.
programmes-note-backdated = The completion is dated { $days } days before the report.
programmes-note-returned = The last report was returned on { $day } and counts as not done.
programmes-note-waiting-unit = Waits for the unit’s own leader since { $since }{ $days ->
    [0] {""}
   *[other] {" "}({ $days } days)
}.
programmes-note-waiting-between = Waits for the following or superior unit since { $since }{ $days ->
    [0] {""}
   *[other] {" "}({ $days } days)
}.
programmes-note-waiting-assigner = Waits for the assigning unit since { $since }{ $days ->
    [0] {""}
   *[other] {" "}({ $days } days)
}.
programmes-note-parts = { $done } of { $all } units are done.
programmes-light-recurring = Not to be judged yet: recurring work, no closed period awaits confirmation.
programmes-light-continuous = Continuous work: no closed period awaits confirmation.
programmes-light-on-demand = Done on demand: no demand with a deadline yet.
programmes-light-per-plan = Done as a separate plan says: that plan has not set a deadline yet.
programmes-light-undated = No time is set, so it cannot be judged yet.

# What was entered and does not hold
programmes-invalid-empty = This is still empty.
programmes-invalid-long = Too long: at most { $most } characters.
programmes-invalid-day = The day must lie between 1945 and 2200.
programmes-invalid-order = The deadline cannot be before the start.
programmes-invalid-span = The place in the document is not valid.
programmes-invalid-completes = Only one milestone can complete the task.
programmes-invalid-money = Amounts of money cannot be negative.
programmes-invalid-twice = A unit or person is assigned twice in the same role.
programmes-invalid-leads = There is one lead unit; where several lead together, choose joint lead.
programmes-invalid-focal = There is one focal point only.
programmes-invalid-unit = A unit is not in the directory. Please choose it again.
programmes-invalid-none = No task is chosen. Please mark at least one.
programmes-invalid-range = The number must be between { $least } and { $most }.
programmes-invalid-code = This code is not one of those allowed.
programmes-invalid-holder = An assignment has exactly one of: unit, grouping, person, unknown name, or awaiting.
programmes-invalid-version = Send the version that was read (If-Match or version).
programmes-invalid-foreign-document = The document belongs to another organisation and cannot be used here.

# Words in general
programmes-title = Programmes
programmes-programme = Programme
programmes-parts = Parts of the programme
programmes-outline = Outline
programmes-tasks = Tasks
programmes-task = Task
programmes-task-code = Task { $code }
programmes-indicators = Indicators
programmes-indicator = Indicator
programmes-reports = Reporting duties
programmes-report = Report on results
programmes-units = Units
programmes-unit = Unit
programmes-defects = To be completed or clarified
programmes-states = To be settled
programmes-documents = Source documents
programmes-document = Document
programmes-owner = Unit that owns the programme
programmes-code = Code
programmes-group = Group
programmes-group-code = Group { $code }
programmes-no-group = In no group
programmes-wording = Wording of the task
programmes-text = Full text
programmes-outputs = Required products
programmes-time = Time
programmes-time-printed = Time as printed
programmes-time-from-to = { $start } – { $due }
programmes-time-from-on = From { $start }, continuous
programmes-due = Deadline
programmes-original-due = Original deadline
programmes-originally = Originally: { $day }
programmes-as-printed = In the document: { $text }
programmes-start = First day
programmes-light = Status
programmes-why = Reason
programmes-assignments = Assignments
programmes-sources = Assigning documents
programmes-source = Source
programmes-milestones = Milestones
programmes-milestone = Milestone
programmes-funding = Money
programmes-dong = dong
programmes-as-of = As of the end of { $day }
programmes-tasks-of = { $count } tasks
programmes-days = { $count } days
programmes-day-unit = days
programmes-what = What

# Roles
programmes-role-lead = Lead
programmes-role-joint-lead = Joint lead
programmes-role-coordinating = Coordinating
programmes-role-leader = Leader in charge
programmes-role-following = Following up
programmes-role-person = Person
programmes-focal = Focal point
programmes-awaiting = To be appointed
programmes-unknown = { $name } (unit not found)
programmes-proposed = { $name } (proposed)

# Kinds of time
programmes-kind = Kind of time
programmes-kind-by-date = By a day
programmes-kind-by-month = Within a month
programmes-kind-recurring = Recurring
programmes-kind-continuous = Continuous
programmes-kind-start-then-continuous = Starts on a day, then continuous
programmes-kind-on-demand = On demand
programmes-kind-per-plan = As a separate plan says
programmes-kind-unspecified = Not set
programmes-often = How often
programmes-often-hint = Only for recurring tasks
programmes-often-weekly = Every week
programmes-often-monthly = Every month
programmes-often-quarterly = Every quarter
programmes-often-semiannual = Every half year
programmes-often-annual = Every year
programmes-often-periodic = Periodically
programmes-often-ad-hoc = When asked

# To be completed or clarified
programmes-defect-unknown-unit = Unit not found
programmes-defect-unknown-unit-hint = The name in the document is not in the directory. Choose the unit, or add the name to a unit of the directory.
programmes-defect-no-lead = No lead
programmes-defect-no-lead-hint = The document names no lead. Assign a lead unit, or mark it as to be appointed.
programmes-defect-unreadable-time = Time not clear
programmes-defect-unreadable-time-hint = A time is printed but no day could be found in it. Set the deadline.
programmes-defect-no-product = No required product
programmes-defect-no-product-hint = No product is required, so nothing shows when the task is done.
programmes-defects-none = Every task has a clear lead, time and product.
programmes-defects-lead = { $count } of { $total } tasks are to be completed or clarified.
programmes-unknown-names = Names that are not in the directory
programmes-states-text = The document provides for these; they are no faults. An officer settles them one by one or in bulk.
programmes-state-awaiting = Lead to be appointed
programmes-state-awaiting-hint = The lead unit will be appointed later.
programmes-state-continuous = Continuous
programmes-state-continuous-hint = Goes on without an end.
programmes-state-per-plan = As a separate plan says
programmes-state-per-plan-hint = A separate plan sets the deadline.
programmes-state-on-demand = On demand
programmes-state-on-demand-hint = Done when a competent authority asks for it.
programmes-state-undated = No time given
programmes-state-undated-hint = The document gives no time.

# List of programmes
programmes-lead = { $count } programmes, { $tasks } tasks.
programmes-to-mend = To clarify
programmes-import = Bring documents in
programmes-new = Set up a programme
programmes-new-lead = For tasks given by an instruction, a conclusion, a written remark, or without a file.
programmes-edit = Edit the programme
programmes-all = See all programmes
programmes-all-tasks = Tasks of all programmes
programmes-all-indicators = Indicators of all programmes
programmes-none-then-title = No programme yet at the end of that day
programmes-none-then-text = Choose another day, or leave it empty to see today.
programmes-none-title = No programme yet
programmes-none-text = Bring in the document of an action programme: the system reads it, a person reviews it, and the plan stands here.
programmes-none-text-viewer = When the unit has an action programme, its plan will stand here.
programmes-name = Name of the programme
programmes-name-hint = For example: Action programme on Resolution 57-NQ/TW
programmes-near-due = Near due from
programmes-near-due-hint = A task is near due when at most so many days are left
programmes-save = Save
programmes-title-missing = Enter a wording or name
programmes-owner-missing = Choose the owner unit
programmes-head = About the programme
programmes-latest = Latest programmes

# Documents
programmes-document-kind = Kind of document
programmes-document-kind-hint = For example: plan, instruction, conclusion notice, written remark
programmes-document-number = Number and symbol
programmes-document-title = Title
programmes-document-issuer = Issuing body
programmes-document-issued = Day of issue
programmes-document-signer = Signed by
programmes-document-implements = Carries out
programmes-document-implements-hint = One number a line
programmes-document-text = Text of the document
programmes-document-about = Kind, body, day of issue, signer
programmes-no-document = None
programmes-no-document-title = No source document
programmes-no-document-text = The tasks of this programme were entered by hand.
programmes-no-text = This document was entered by hand, without its text.
programmes-passages = { $count } passages are marked; each leads to its task.
programmes-replaced = Replaced
programmes-replaces = Replaces
programmes-newer-document = See the newer version
programmes-older-document = See the older version

# The most important sentence
programmes-sentence-worst = As of the end of { $day }: { $red } of { $total } tasks are overdue, most of them at { $unit } ({ $most }).
programmes-sentence-late = As of the end of { $day }: { $red } of { $total } tasks are overdue.
programmes-sentence-calm = As of the end of { $day }: none of { $total } tasks is overdue; { $amber } are near due.
programmes-tasks-none = No task yet.
programmes-tasks-none-found = No task matches the filter.
programmes-tasks-lead = As of the end of { $day }: { $total } tasks, { $red } overdue.
programmes-tasks-lead-calm = As of the end of { $day }: { $total } tasks, none overdue.
programmes-late-first = Longest overdue
programmes-by-unit = By lead unit
programmes-by-group = By group
programmes-more-units = And { $count } more units; open a programme to see all of its units.

# Filters
programmes-filter-text = Words in the task
programmes-filter-text-hint = Diacritics do not matter
programmes-filter-unit = Unit (with those below it)
programmes-filter-role = Role
programmes-filter-group = Group
programmes-filter-window = Due when
programmes-filter-from = Due from
programmes-filter-to = Due until
programmes-filter-defect = To be clarified
programmes-filter-state = To be settled
programmes-filter-as-of = As known at the end of
programmes-filter-as-of-hint = Empty for now. Day/month/year, for example 05/02/2025
programmes-any-unit = Any unit
programmes-any-role = Any role
programmes-any-group = Any group
programmes-any-light = Any status
programmes-any-window = Any time
programmes-any-defect = No filter
programmes-any-state = No filter
programmes-window-past = Already past
programmes-window-7 = Within 7 days
programmes-window-15 = Within 15 days
programmes-window-30 = Within 30 days
programmes-window-90 = Within 90 days
programmes-window-undated = Without a day
programmes-none-found-title = No task found
programmes-none-found-text = Take off a filter and try again.
programmes-no-task-title = No task yet
programmes-no-task-text = Add tasks by hand or from a list, or bring in a document to be read.
programmes-download-xlsx = Download for Excel
programmes-download-csv = Download as CSV
programmes-choose = Choose
programmes-choose-task = Choose the task: { $title }

# Many tasks at once
programmes-settle = Settle
programmes-settle-due = Set a deadline
programmes-settle-lead = Appoint the lead
programmes-settle-all-due = Set a deadline for all tasks found
programmes-settle-all-lead = Appoint the lead of all tasks found
programmes-settle-count = { $count } tasks are chosen. Untick those to be left alone.
programmes-settle-left = At most 500 tasks at once; { $count } more are not shown here.
programmes-settle-none-title = No task is chosen
programmes-settle-none-text = Go back to the list and tick the tasks.
programmes-settle-lead-hint = The unit takes the place of whoever leads these tasks now.
programmes-lead-missing = Choose the lead unit
programmes-due-missing = Enter the deadline
programmes-start-missing = Enter the first day
programmes-reason = Reason
programmes-reason-hint = For example: as the unit's own plan says
programmes-reason-of = Reason: { $reason }

# One task
programmes-add-task = Add a task
programmes-edit-task = Edit the task
programmes-end-title = Stop following
programmes-end-yes = Stop following the task
programmes-end-text = From today the task is in no list and no figure. Its content and history stay readable.
programmes-ended-at = No longer followed since { $at }.
programmes-no-source = No source document.
programmes-source-dated = { $number } of { $day }
programmes-source-due = deadline in the document: { $day }
programmes-source-ended = no longer in force since { $at }
programmes-completes = Completes the task
programmes-funding-source = Source of the money
programmes-funding-planned = Planned
programmes-funding-disbursed = Paid out
programmes-history = History
programmes-times = Its times
programmes-past-carriers = Past assignments
programmes-until = { $name }, until { $at }
programmes-changes = Changes
programmes-event-added = Task added
programmes-event-ended = No longer followed
programmes-event-changed = Changed: { $fields }

# Form of a task
programmes-text-hint = When the wording above is only the first sentence of the item
programmes-outputs-hint = One product a line
programmes-group-hint = Code of the group in the outline, for example II.1
programmes-time-printed-hint = The words themselves, for example “Quý III/2025”
programmes-kept = Present assignments
programmes-kept-hint = Untick to end an assignment
programmes-no-focal = No focal point yet
programmes-add-assignment = Add an assignment
programmes-add-incomplete = Choose a role, then a unit, a person's name, or “To be appointed”
programmes-no-role = None
programmes-person-name = Name
programmes-person-name-hint = When a person holds the role
programmes-kept-sources = Present sources
programmes-add-source = Add a source from a document
programmes-quote = The sentence of the document
programmes-source-deadline = Deadline in this document
programmes-milestone-number = Milestone { $number }
programmes-milestone-due = Deadline of milestone { $number }
programmes-completing = Milestone that completes the task
programmes-no-completing = Not set
programmes-funding-number = Source of money { $number }

# Indicators, reports, units
programmes-indicators-lead = { $count } indicators.
programmes-target = Target
programmes-measure = Unit of measure
programmes-see-source = See it in the document
programmes-no-indicator-title = No indicator yet
programmes-no-indicator-text = Indicators read from documents will stand here.
programmes-report-what = What
programmes-report-who = Who reports
programmes-report-to = To whom
programmes-report-through = through { $unit }
programmes-report-when = When
programmes-before = before { $day }
programmes-no-report-title = No reporting duty yet
programmes-no-report-text = Reporting duties read from documents will stand here.
programmes-units-lead = { $count } lead units.
programmes-units-awaiting = { $count } tasks await the appointment of their lead
programmes-map = Responsibility map
programmes-map-lead = { $units } units lead tasks in { $groups } groups. Each number opens the list of its tasks.
programmes-map-unled = { $count } tasks without a lead
programmes-map-unknown = { $count } tasks that name a unit which is not known
programmes-map-red = { $count } overdue
programmes-map-all = The whole group
programmes-map-note = A task with several leads counts for each of them; a unit counts what the units below it lead.
programmes-no-unit-title = No lead unit yet
programmes-no-unit-text = Assign leads to see figures by unit.

# How a programme confirms and judges
programmes-rules = Confirming and judging
programmes-confirm-levels = Levels that confirm
programmes-confirm-levels-1 = One: the assigning unit
programmes-confirm-levels-2 = Two: the leader of the unit that does it, then the assigning unit
programmes-confirm-levels-3 = Three: the leader of the unit that does it, the following or superior unit, then the assigning unit
programmes-back-date = Completion dated back at most
programmes-back-date-hint = Before the report. Every back-dating is marked. 0 allows none.
programmes-behind = Warn of a late course from
programmes-behind-hint = Against the share of time gone by; what was never reported counts as 0%. Leave it empty to judge no course.
programmes-points = percentage points
programmes-default-period = Period of continuous tasks
programmes-period-closes = Day of the month on which periods close
programmes-period-closes-hint = 31 is the last day of the month; state bodies close on the 14th (Decree 09/2019).
programmes-report-within = Report after the end of a period
