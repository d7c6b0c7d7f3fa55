# Bringing documents in: upload, review, lists, commit.
intake-title = Incoming documents
intake-lead = { $review ->
    [0] No document waits for review.
    [1] One document waits for review.
   *[other] { $review } documents wait for review.
}
intake-new = Upload documents
intake-empty = No documents yet
intake-empty-text = Upload action programmes, plans, conclusions; the tasks and indicators found in them can then be reviewed.
intake-document = Document
intake-received = Received
intake-state = State
intake-state-waiting = Being read
intake-state-failed = Could not be read, needs attention
intake-state-mapping = List waiting for its columns
intake-state-review = Under review: { $open } items undecided, { $accepted } accepted
intake-state-ready = { $accepted ->
    [0] No item accepted yet
   *[other] { $accepted } items reviewed, ready to become a programme
}
intake-state-committed = Programme set up
intake-state-discarded = Put aside
intake-known-file = This file was received before. What you see is the existing one; no second was made.

intake-new-title = Upload documents
intake-new-lead = Choose one or several files. Each document is read, then you review it before a programme is set up.
intake-new-hint = Files .txt, .md, .docx, .pdf (scans too), images of pages .png, .jpg, .tif; lists .xlsx, .csv. At most { $limit } MB each.
intake-new-owner = Unit that owns the programme
intake-new-owner-hint = The tasks found will belong to this unit's programme.
intake-new-files = Document files
intake-new-send = Upload
intake-correct = Bring in a corrected version
intake-new-amends = This is a corrected version of the document of the programme:
intake-secret-warning = Do not upload state secrets (MẬT, TỐI MẬT, TUYỆT MẬT). This system cannot protect them; files that bear such a mark are refused and not kept.
intake-declare = I declare that these files hold no state secrets
intake-declare-hint = Required at every upload. The declaration is recorded with your name.

intake-waiting-lead = The document is being read. This usually takes a few seconds.
intake-waiting-reading = Reading the document…
intake-waiting-page = Recognising the letters of page { $page } of { $pages }…
intake-waiting-scan = The file is a scan, so each page takes some seconds.
intake-waiting-model = The text is also sent to { $host }, where a language model reads it a second time, so this may take longer.
intake-waiting-leave = You may leave this page; reading goes on and the result will be under Incoming documents.
intake-waiting-since = Received at { $at }
intake-waiting-again = Look again
intake-waiting-done = The document has been read.
intake-waiting-open = Open the result
intake-failed-title = The file could not be read
intake-failed-retry = Read this file again
intake-failed-replace = Replace it with another file
intake-discard = Put this document aside
intake-discard-title = Put a document aside
intake-discard-text = Take “{ $title }” off the list of incoming documents? What was reviewed will not be used. The file can be uploaded again afterwards.

intake-about = About the document
intake-head-title = Name of the programme, subject
intake-head-number = Number and symbol
intake-head-kind = Kind of document
intake-head-issuer = Issued by
intake-head-issued = Date of issue
intake-head-signer = Signed by
intake-head-implements = Carries out
intake-head-implements-hint = Numbers of the documents above it, separated by semicolons.
intake-head-owner = Owner
intake-head-file = File
intake-source = Source document
intake-repaired = Damaged or unmarked letters were restored in { $count } places, { $unsure } of them doubtful.
intake-repaired-mark = Restored
intake-show-original = Show the letters as they came
intake-show-repaired = Show the restored letters
intake-as-it-came = As it came:
intake-item-repaired = Has restored letters
intake-items = Items found
intake-jump-items = Go to the items found
intake-show = Filter by decision
intake-narrow = Filter by what needs attention
intake-tab-all = All
intake-tab-open = Undecided
intake-tab-accepted = Accepted
intake-tab-dropped = Dropped
intake-no-items = No items
intake-no-items-text = Choose another filter, or put this document aside and make the programme by hand.
intake-by-doubt = What was read with doubt first
intake-by-place = In the order of the document
intake-part-unsure = Read with doubt, look closely: { $count ->
    [one] one item
   *[other] { $count } items
}
intake-part-others = The rest: { $count ->
    [one] one item
   *[other] { $count } items
}
intake-kind-task = Task
intake-kind-indicator = Indicator
intake-kind-duty = Reporting duty
intake-item-open = Undecided
intake-item-accepted = Accepted
intake-item-dropped = Dropped
intake-item-title = Edit an item
intake-edited = Edited
intake-unsure = Read with doubt
intake-choose = Choose item { $number }
intake-choose-all = Choose all
intake-accept = Accept chosen items
intake-set = Set lead, deadline…
intake-drop = Drop chosen items
intake-reopen = Reopen
intake-accept-one = Accept
intake-drop-one = Drop
intake-reopen-one = Reopen
intake-edit = Edit
intake-split = Split
intake-merge = Merge with item { $number }
intake-similar = Much like an existing task:
intake-twins = Much like items { $numbers } of this document.
intake-to-source = Go to the passage
intake-to-programme = Open the programme
intake-to-commit = Set up the programme
intake-to-names = Settle { $count } unknown names
intake-back-to-review = Back to the review
intake-saving = Saving…
intake-save-failed = Not saved. Check the connection and try again.
intake-none = Not stated
intake-keys = Keyboard shortcuts
intake-key-move = Next item, previous item
intake-key-accept = Accept the item
intake-key-drop = Drop the item
intake-key-reopen = Reopen the item
intake-key-edit = Edit the item
intake-key-split = Split the item, at the words that are marked if any
intake-key-merge = Merge with the next task of the document
intake-key-choose = Tick or untick the item
intake-key-source = Bring the source to the item's passage
intake-key-original = Letters as they came, or restored
intake-key-help = This table

intake-defect-unknown-unit = Unknown unit
intake-defect-no-product = No product
intake-defect-unreadable-time = Unreadable time
intake-defect-no-target = No target
intake-defect-duplicate = Possible duplicate
intake-settle-awaiting = Lead to be appointed
intake-settle-continuous = Continuous
intake-settle-per-plan = By a separate plan
intake-settle-on-demand = On demand
intake-settle-no-time = No time stated

intake-time = Time
intake-outputs = Product
intake-target = Target
intake-awaiting = To be appointed
intake-unknown = “{ $printed }” (unknown unit)
intake-proposed = { $name } (proposed)
intake-focal = { $name } (focal point)
intake-candidate = { $superior } · fits { $score }
intake-candidate-score = Fits { $score }
intake-duty-what = What is reported
intake-duty-who = Reports
intake-duty-to = Receiver
intake-duty-through = Through
intake-duty-cadence = How often
intake-duty-days = Days
intake-duty-days-hint = Every year: 01/06; once: 15/11/2025. Separate by semicolons.

intake-set-title = { $count ->
    [1] Set for the chosen item
   *[other] Set for { $count } chosen items
}
intake-set-lead = Only what you fill in changes. Items that are no tasks stay as they are.
intake-set-lead-unit = Lead unit
intake-set-lead-hint = Type a name to search; diacritics are not needed.
intake-set-due = Deadline
intake-set-time = Kind of time
intake-set-time-none = No change
intake-set-time-stands = Let it stand as the document has it
intake-set-lead-stands = Let “to be appointed” stand where there is no lead
intake-set-apply = { $count ->
    [1] Set for 1 item
   *[other] Set for { $count } items
}
intake-names-title = Unknown names
intake-names-lead = { $count ->
    [1] One name fits no unit for certain.
   *[other] { $count } names fit no unit for certain.
} A choice holds for every item that bears the name.
intake-names-strange = No unit is much like these
intake-name-printed = “{ $printed }”
intake-name-count = { $count ->
    [1] Printed once
   *[other] Printed { $count } times
}
intake-name-who = Which unit is “{ $printed }”?
intake-name-choose = { $count ->
    [1] Choose
   *[other] Choose for all { $count } places
}
intake-name-nobody = No unit is much like it. Add the unit or another name of it to the directory, or edit the items one by one.
intake-split-title = Split a task
intake-split-lead = The first part keeps the code; the second becomes a new task right below, with the same units and time.
intake-split-where = Or split where a sentence begins
intake-split-mark = ┃
intake-split-wording = Wording of the task
intake-split-wording-hint = Put the cursor where the task is to be split and press Enter for a new line. The second line becomes the new task.
intake-save = Save
intake-save-accept = Save and accept
intake-field-title = Wording of the task
intake-field-text = Whole text of the item
intake-field-text-hint = Only where the wording above is its beginning.
intake-outputs-hint = One product per line.
intake-parties = Units and persons
intake-keep = Keep
intake-make-focal = Is the focal point
intake-who-is = The document says “{ $printed }”. That is:
intake-keep-unknown = Not settled
intake-add-party = Add a unit or person
intake-add-role = Role
intake-add-unit = Unit or group of bodies
intake-add-person = Or a person's name
intake-add-proposed = Only proposed, not yet appointed
intake-time-kind = Kind of time
intake-field-due = Due
intake-field-start = Starts
intake-field-recurrence = How often
intake-field-time-text = Time as the document prints it
intake-more = Code, group, money, milestones
intake-field-code = Code
intake-field-group = Group
intake-field-source-n = Source of money { $number }
intake-field-funding = Money
intake-field-funding-source = Source of money
intake-dong = đồng
intake-field-step-n = Milestone { $number }
intake-field-step-due = Milestone due
intake-field-completes = Reaching it completes the task
intake-field-note = Remark
intake-field-indicator = Name of the indicator
intake-field-measure = Unit of measure
intake-field-op = How it compares with the target
intake-field-value = Value
intake-field-value-max = Up to (for a range)
intake-field-by = By the year
intake-op-at-least = At least
intake-op-at-most = At most
intake-op-exactly = Exactly
intake-op-increase = Growth over a baseline
intake-op-decrease = Fall under a baseline
intake-op-range = Within a range
intake-op-qualitative = In words

intake-mapping-title = List of tasks
intake-mapping-lead = { $errors ->
    [0] { $rows } usable rows, no errors.
   *[other] { $rows } usable rows, { $errors } cells with errors: mend them or leave the rows out.
}
intake-mapping-columns = What the columns mean
intake-mapping-header = Row of the headings (its number)
intake-mapping-unused = None
intake-column = Column { $number }: { $heading }
intake-mapping-rows = Rows
intake-mapping-row = Row
intake-mapping-used = (usable)
intake-mapping-exclude = Leave out
intake-mapping-exclude-row = Leave out row { $row }
intake-mapping-save = Save and look again
intake-mapping-left-out = { $count } more rows without errors are not shown here.
intake-mapping-apply = { $count ->
    [1] Review 1 row
   *[other] Review { $count } rows
}
intake-mapping-errors-first = No row is taken while a cell is wrong. Leave the rows out, or mend the file and upload it again.

intake-commit-title = Set up the programme
intake-commit-lead = It will hold { $tasks } tasks, { $indicators } indicators, { $duties } reporting duties.
intake-commit = Set up the programme
intake-commit-missing = Missing in the accepted items
intake-commit-missing-text = The programme can be set up; these points will be shown as defects of the plan, to be mended later.
intake-commit-head = About the document
intake-compare = Changes to
intake-amend = Update the programme
intake-amend-title = Update the programme by the corrected version
intake-compare-summary = Against the programme as it stands: { $changed } tasks change, { $added } are new, { $gone } are not in the new version, { $same } stay; { $indicators } indicators differ.
intake-compare-indicators = { $count } indicators differ
intake-compare-comes = new
intake-compare-ends = ends
intake-compare-becomes = new target
intake-compare-changed = { $count } tasks change
intake-compare-added = { $count } new tasks
intake-compare-gone = { $count } tasks are not in the new version
intake-compare-gone-text = These tasks end; their history is kept. Tick those that should stay.
intake-compare-keep = Tasks that stay
intake-compare-keep-one = Keep: { $title }

intake-cli-not-declared = There is no declaration about state secrets. When you are sure that the files hold none, run the command again with --declare-no-state-secrets.
intake-problem-not-declared = The declaration on state secrets is missing. Read the warning, tick the declaration and send again.
intake-problem-no-file = No file chosen. Choose at least one.
intake-problem-empty-file = The file “{ $name }” is empty. Choose another.
intake-problem-secret-file = The file “{ $name }” bears the mark of state secrets { $mark }: it was not taken, and nothing of it was stored. Take it out, send the other files again, and handle the document by the rules on state secrets.
intake-problem-many-files = At most { $limit } files at a time. Send them in several goes.
intake-problem-too-large = The file “{ $name }” has { $actual } MB, more than the { $limit } MB allowed, and was not taken. Make it smaller or split it, then upload it again.
intake-problem-no-owner = Choose the unit that owns the programme.
intake-problem-not-failed = This file has been read; there is no need to read it again.
intake-problem-known-file = This file is here already. Choose another.
intake-problem-committed = The programme has been set up from this document, so items are no longer changed here. Change them in the programme.
intake-problem-not-in-review = The document is not under review. Load the page again.
intake-problem-no-list = This is no list waiting for its columns. Load the page again.
intake-problem-kind = The kind of an item cannot change. Drop this item and add another in the programme.
intake-problem-not-a-task = Only tasks can be split and merged.
intake-problem-split-empty = Both parts need words. Choose another place.
intake-problem-no-cut = It is not clear where to split. Start a new line in the wording, or choose a place from the list.
intake-problem-split-changed = Start a new line in one place only and leave the words as they are; change words afterwards, part by part.
intake-problem-nothing-follows = No task follows that could be merged.
intake-problem-nothing-chosen = No item is chosen. Go back, tick items and choose what to do.
intake-problem-nothing-set = Nothing was filled in. Choose a lead, a deadline or a kind of time.
intake-problem-no-candidate = Choose a unit from the list and send again.
intake-problem-title-empty = Write the wording.
intake-problem-title-long = Too long, at most { $limit } characters. Move the rest into the whole text of the item.
intake-problem-day = Not a day. Write day/month/year, for example 05/02/2025.
intake-problem-due-before-start = The deadline must be after the start.
intake-problem-due-missing = Write the deadline, or choose another kind of time.
intake-problem-start-missing = Write the day of the start, or choose another kind of time.
intake-problem-recurrence-missing = Choose how often.
intake-problem-focal-many = Only one unit is the focal point.
intake-problem-focal-lead = The focal point must be a lead.
intake-problem-funding-negative = Money cannot be negative.
intake-problem-funding-source = Name the source of this money.
intake-problem-amount = The amount cannot be read. Write a number, for example 1.500.000 or 2,5 tỷ.
intake-problem-unit = The chosen unit is no longer in the directory. Choose another.
intake-problem-duty-days = A day cannot be read. Write 01/06 or 15/11/2025, separated by semicolons.
intake-problem-list-title = Choose the column that holds the wording of the tasks.
intake-problem-list-long = The list has more than { $limit } rows. Split it into several files.
intake-problem-list-errors = { $count } cells are wrong, or there are no rows. Leave the rows out, or mend the file and upload it again.
intake-problem-open-items = { $count } items are undecided. Accept or drop them (many at once, if you like).
intake-problem-nothing-accepted = Nothing is accepted yet, so there is nothing to set up.

intake-cli-unopened = The file cannot be opened ({ $reason }). Check the path and the right to read it.
intake-cli-page = recognising the letters of page { $page }/{ $pages }
intake-cli-model = Please note: the text of documents leaves this system. It is sent to { $host }, where a language model reads it a second time.
intake-cli-list = List: { $rows } rows
intake-cli-counts = { $tasks } tasks, { $indicators } indicators, { $duties } reporting duties, { $units } units, { $warnings } warnings
intake-cli-owner = The unit “{ $given }” is not certain. Give its id. Much alike: { $found }
intake-cli-known = received before, programme { $programme }
intake-cli-review = { $items } items read, to be reviewed at { $address }
intake-cli-committed = programme set up with { $items } items: { $address }

intake-new-model = Please note: the text of these documents will leave this system. It is sent to { $host }, where a language model reads it a second time. Lists (.xlsx, .csv) and documents with a mark of secrecy are not sent.
intake-second-done = The text of this document was sent to { $host }, where a language model read it a second time. { $count ->
    [0] Both readings agree on every task.
    [one] The readings differ in one task.
   *[other] The readings differ in { $count } tasks.
}
intake-second-failed = There is no second reading by the language model at { $host }: { $why } The items below are those of the first reading.
intake-second-timeout = the text was sent, and there was no answer within { $seconds } seconds.
intake-second-refused = the text was sent, and the server answered with error { $status }.
intake-second-unreachable = it could not be reached, or the connection broke.
intake-second-unusable = the text was sent, and the answer was of no use.
intake-second-agrees = Both readings agree
intake-second-differs = The readings differ
intake-second-first-only = Not seen by the second reading
intake-second-only = Seen by the second reading only
intake-second-says = The second reading has:
intake-second-take = Take this
intake-second-take-field = Take { $field } from the second reading
intake-problem-no-second = The second reading does not differ here any more. Reload the page.
