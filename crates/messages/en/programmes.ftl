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
programmes-invalid-near-due = Days before near due must be between 0 and 365.
programmes-invalid-foreign-document = The document belongs to another organisation and cannot be used here.
