# The frame of every page, the parts of forms and tables, and the lights.

product-name = Đột Phá

frame-skip = Skip to the main content
frame-demo = Trial copy: organisations, people and log-ins are invented. Do not enter real data.
frame-main-navigation = Main navigation
frame-breadcrumb = Where you are
frame-settings = Settings
frame-theme = Appearance
frame-theme-system = As the system
frame-theme-light = Light
frame-theme-dark = Dark
frame-language = Language
frame-logout = Sign out
frame-as-of = Figures as of { $at }
frame-secrets = Keep state secrets out of this system.

nav-home = Overview
nav-work = Our work
nav-programmes = Programmes
nav-documents = Documents
nav-units = Units
nav-accounts = Accounts

light-red = Overdue
light-amber = Due soon
light-green = On course
light-grey = Not yet due for judgement

tone-info = Information
tone-success = Done
tone-warning = Mind this
tone-error = Error

table-total = Total
table-shares = Shares by status

pager-label = Pages of the list
pager-of = { $from }–{ $to } of { $total }
pager-range = { $from }–{ $to }
pager-previous = Previous
pager-next = Next

tree-show = Show the units below
tree-show-of = Show the units below: { $name }

form-errors-title = Not saved yet. Please look at the following
form-optional = (optional)
form-date-hint = Day/month/year, for example 05/02/2025
form-date-open = Choose from a calendar: { $field }
form-date-unreadable = Enter the day as day/month/year, for example 05/02/2025
form-number-unreadable = Enter a number, for example 1,234.5
form-drop = Drop files here, or click to choose them
form-uploading = Uploading…
form-reading = Uploaded; the documents are being read…
form-upload-failed = The upload was interrupted. Check the connection and send again; the chosen files are still there.
form-sent-otherwise = What was sent from here before had other content and was carried out. Look over the content; if it is still needed, send it again.
form-back = Back

picker-search = Search
picker-search-in = Search for: { $field }
picker-nothing-chosen = You searched for “{ $typed }” but chose nothing. Choose a line, or clear the search box.
picker-none = Type part of a name and press Search. Diacritics are not needed.

filters-title = Filter the list
filters-count =
    { $count ->
        [one] 1 condition
       *[other] { $count } conditions
    }
filters-apply = Apply
filters-clear = Clear
