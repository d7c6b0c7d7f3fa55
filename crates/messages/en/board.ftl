# The board
board-making-title = The figures are being prepared
board-making-text = The system has just started and is loading all tasks into memory, usually in less than 15 seconds. The other pages work meanwhile.
board-any-programme = Every programme
board-above = Above it:
board-as-of = As of the end of
board-filter = Choose what is counted
board-since = Compared with
board-since-hint = Left empty, 7 days before. Day/month/year, for example 05/02/2025
board-today = Show the figures of today
board-changes = Changes since { $day }
board-turned-red = { $count } tasks became overdue
board-left-red = { $count } tasks are no longer overdue
board-came = { $late ->
    [0] { $count } new tasks
   *[other] { $count } new tasks, { $late } of them overdue already
}
board-went = { $count } tasks are no longer followed
board-turned = Just became overdue
board-turned-more = { $count } more; show all
board-green = Share on course over time
board-green-now = { $share } of the tasks that can be judged are on course.
board-green-table = Figures by week
board-green-share = Share on course
board-day = As of the end of
board-percent = { $share } %
board-ahead = This day is still to come. The figures are those of the plan as it stands, if nothing more is reported or changed.
board-was = On the day compared with
board-was-any = No comparison
board-was-other = Another status
board-was-away = Not there that day
board-was-light = { $light }, now something else
board-too-many-days = At most 62 days can be asked about at once.
