# Lý do của trạng thái: mỗi câu nêu rõ căn cứ
programmes-light-overdue = Quá hạn { $days } ngày: hạn { $due }, chưa có kết quả được xác nhận.
programmes-light-due-today = Đến hạn hôm nay, { $due }.
programmes-light-near-due = Sắp đến hạn: còn { $days } ngày, hạn { $due }.
programmes-light-in-time = Trong hạn: còn { $days } ngày đến hạn { $due }.
programmes-light-start-overdue = Quá mốc bắt đầu { $days } ngày: phải bắt đầu chậm nhất { $due }, chưa có kết quả được xác nhận.
programmes-light-start-today = Hôm nay, { $due }, là hạn bắt đầu.
programmes-light-start-near = Sắp đến mốc bắt đầu: còn { $days } ngày, chậm nhất { $due }.
programmes-light-start-in-time = Trong hạn: còn { $days } ngày đến mốc bắt đầu { $due }.
programmes-light-awaiting-dated = Chờ chỉ định đơn vị chủ trì; còn { $days } ngày đến hạn { $due }.
programmes-light-awaiting = Chờ chỉ định đơn vị chủ trì nên chưa thể đánh giá.
programmes-light-done = Đã hoàn thành ngày { $done }, được xác nhận.
programmes-light-done-in-time = Hoàn thành đúng hạn: ngày { $done }, hạn { $due }.
programmes-light-done-late = Hoàn thành quá hạn { $days } ngày: ngày { $done }, hạn { $due }.
programmes-light-waiting = Đã báo cáo hoàn thành ngày { $reported }, trong hạn { $due }; chờ xác nhận.
programmes-light-waiting-past = Đã báo cáo hoàn thành ngày { $reported }, trong hạn { $due }; việc xác nhận đã chậm { $days } ngày so với hạn.
programmes-light-behind = Chậm so với tiến độ dự kiến: đạt { $percent } %, thời gian đã qua { $expected } %, hạn { $due }.
programmes-light-started = Đã bắt đầu ngày { $day } (mốc { $due }), đang thực hiện thường xuyên.
programmes-light-start-waiting = Đã báo cáo bắt đầu ngày { $reported }, trong mốc { $due }; chờ xác nhận.
programmes-light-period-missing = Kỳ { $from } – { $to } chưa có kết quả được xác nhận; phải báo cáo chậm nhất { $by }.
programmes-light-period-due = Đến kỳ báo cáo { $from } – { $to }: còn { $days } ngày, chậm nhất { $by }.
programmes-light-period-waiting = Kỳ { $from } – { $to } đã báo cáo trong hạn { $by }; chờ xác nhận.
programmes-light-period-confirmed = Kỳ { $from } – { $to } đã có kết quả được xác nhận (hạn báo cáo { $by }).
programmes-light-period-first = Chưa đến kỳ đánh giá: kỳ { $from } – { $to } chưa khép lại, báo cáo chậm nhất { $by }.
programmes-note-backdated = Ngày hoàn thành ghi lùi { $days } ngày so với ngày báo cáo.
programmes-note-returned = Báo cáo gần nhất bị trả lại ngày { $day }, coi như chưa thực hiện.
programmes-note-waiting-unit = Chờ lãnh đạo đơn vị thực hiện xác nhận từ { $since }{ $days ->
    [0] {""}
   *[other] {" "}({ $days } ngày)
}.
programmes-note-waiting-between = Chờ đơn vị theo dõi, cấp trên xác nhận từ { $since }{ $days ->
    [0] {""}
   *[other] {" "}({ $days } ngày)
}.
programmes-note-waiting-assigner = Chờ đơn vị giao nhiệm vụ xác nhận từ { $since }{ $days ->
    [0] {""}
   *[other] {" "}({ $days } ngày)
}.
programmes-note-parts = { $done }/{ $all } đơn vị đã hoàn thành.
programmes-light-recurring = Chưa đến kỳ đánh giá: nhiệm vụ định kỳ, chưa có kỳ nào khép lại cần xác nhận.
programmes-light-continuous = Nhiệm vụ thường xuyên: chưa có kỳ nào khép lại cần xác nhận.
programmes-light-on-demand = Thực hiện theo yêu cầu: chưa có yêu cầu kèm thời hạn.
programmes-light-per-plan = Thực hiện theo kế hoạch cụ thể: kế hoạch chưa ấn định thời hạn.
programmes-light-undated = Chưa xác định thời hạn nên chưa thể đánh giá.

# Nội dung nhập chưa hợp lệ
programmes-invalid-empty = Nội dung này chưa được nhập.
programmes-invalid-long = Nội dung quá dài: tối đa { $most } ký tự.
programmes-invalid-day = Ngày phải nằm trong khoảng từ năm 1945 đến năm 2200.
programmes-invalid-order = Thời hạn không được sớm hơn ngày bắt đầu.
programmes-invalid-span = Vị trí trong văn bản không hợp lệ.
programmes-invalid-completes = Chỉ một mốc được đánh dấu là mốc hoàn thành nhiệm vụ.
programmes-invalid-money = Số tiền không được âm.
programmes-invalid-twice = Một đơn vị hoặc cá nhân được phân công hai lần với cùng vai trò.
programmes-invalid-leads = Chỉ một đơn vị chủ trì; nếu nhiều đơn vị cùng chủ trì, chọn vai trò đồng chủ trì.
programmes-invalid-focal = Chỉ một đơn vị làm đầu mối.
programmes-invalid-unit = Có đơn vị không tồn tại trong danh mục. Hãy chọn lại đơn vị.
programmes-invalid-none = Chưa chọn nhiệm vụ nào. Hãy đánh dấu ít nhất một nhiệm vụ.
programmes-invalid-range = Số phải từ { $least } đến { $most }.
programmes-invalid-code = Mã này không có trong danh sách cho phép.
programmes-invalid-holder = Mỗi phân công có đúng một trong các mục: đơn vị, nhóm cơ quan, cá nhân, tên chưa rõ, hoặc chờ chỉ định.
programmes-invalid-version = Gửi kèm phiên bản đã đọc (If-Match hoặc version).
programmes-invalid-foreign-document = Văn bản thuộc cơ quan khác, không dùng làm căn cứ ở đây được.

# Tên gọi chung
programmes-title = Chương trình
programmes-programme = Chương trình
programmes-parts = Các phần của chương trình
programmes-outline = Khung nhiệm vụ
programmes-tasks = Nhiệm vụ
programmes-task = Nhiệm vụ
programmes-task-code = Nhiệm vụ { $code }
programmes-indicators = Chỉ tiêu
programmes-indicator = Chỉ tiêu
programmes-reports = Chế độ báo cáo
programmes-report = Báo cáo kết quả thực hiện
programmes-units = Đơn vị
programmes-unit = Đơn vị
programmes-defects = Nội dung cần bổ sung, làm rõ
programmes-states = Nội dung chờ xử lý
programmes-documents = Văn bản nguồn
programmes-document = Văn bản
programmes-owner = Đơn vị chủ quản chương trình
programmes-code = Mã
programmes-group = Nhóm nhiệm vụ
programmes-group-code = Nhóm { $code }
programmes-no-group = Chưa xếp nhóm
programmes-wording = Nội dung nhiệm vụ
programmes-text = Toàn văn
programmes-outputs = Sản phẩm đầu ra
programmes-time = Thời hạn
programmes-time-printed = Thời gian ghi trong văn bản
programmes-time-from-to = { $start } – { $due }
programmes-time-from-on = Từ { $start }, thường xuyên
programmes-due = Hạn hoàn thành
programmes-original-due = Hạn ban đầu
programmes-originally = Hạn ban đầu: { $day }
programmes-as-printed = Trong văn bản: { $text }
programmes-start = Ngày bắt đầu
programmes-light = Trạng thái
programmes-why = Căn cứ
programmes-assignments = Phân công
programmes-sources = Văn bản giao nhiệm vụ
programmes-source = Nguồn
programmes-milestones = Các mốc thực hiện
programmes-milestone = Mốc
programmes-funding = Kinh phí
programmes-dong = đồng
programmes-as-of = Tính đến hết ngày { $day }
programmes-tasks-of = { $count } nhiệm vụ
programmes-days = { $count } ngày
programmes-day-unit = ngày
programmes-what = Nội dung

# Vai trò
programmes-role-lead = Chủ trì
programmes-role-joint-lead = Đồng chủ trì
programmes-role-coordinating = Phối hợp
programmes-role-leader = Lãnh đạo phụ trách
programmes-role-following = Theo dõi, đôn đốc
programmes-role-person = Người thực hiện
programmes-focal = Đầu mối
programmes-awaiting = Chờ chỉ định
programmes-unknown = { $name } (chưa rõ đơn vị)
programmes-proposed = { $name } (đề xuất)

# Loại thời hạn
programmes-kind = Loại thời hạn
programmes-kind-by-date = Có ngày hoàn thành
programmes-kind-by-month = Hoàn thành trong tháng
programmes-kind-recurring = Định kỳ
programmes-kind-continuous = Thường xuyên
programmes-kind-start-then-continuous = Có mốc bắt đầu, sau đó thường xuyên
programmes-kind-on-demand = Theo yêu cầu
programmes-kind-per-plan = Theo kế hoạch cụ thể
programmes-kind-unspecified = Chưa xác định
programmes-often = Chu kỳ
programmes-often-hint = Chỉ chọn khi nhiệm vụ lặp lại định kỳ
programmes-often-weekly = Hằng tuần
programmes-often-monthly = Hằng tháng
programmes-often-quarterly = Hằng quý
programmes-often-semiannual = Sáu tháng một lần
programmes-often-annual = Hằng năm
programmes-often-periodic = Định kỳ
programmes-often-ad-hoc = Đột xuất

# Nội dung cần bổ sung, làm rõ
programmes-defect-unknown-unit = Chưa rõ đơn vị
programmes-defect-unknown-unit-hint = Tên trong văn bản không có trong danh mục đơn vị. Chọn đúng đơn vị, hoặc bổ sung tên gọi khác cho đơn vị trong danh mục.
programmes-defect-no-lead = Chưa có chủ trì
programmes-defect-no-lead-hint = Văn bản không nêu đơn vị chủ trì. Phân công đơn vị chủ trì hoặc ghi “chờ chỉ định”.
programmes-defect-unreadable-time = Thời hạn chưa rõ
programmes-defect-unreadable-time-hint = Văn bản có ghi thời gian nhưng chưa xác định được ngày. Ghi rõ hạn hoàn thành.
programmes-defect-no-product = Chưa có sản phẩm đầu ra
programmes-defect-no-product-hint = Nhiệm vụ chưa nêu sản phẩm phải có, nên chưa có căn cứ xác nhận hoàn thành.
programmes-defects-none = Mọi nhiệm vụ đều rõ đơn vị chủ trì, thời hạn và sản phẩm đầu ra.
programmes-defects-lead = { $count } trong { $total } nhiệm vụ cần bổ sung hoặc làm rõ.
programmes-unknown-names = Tên chưa có trong danh mục đơn vị
programmes-states-text = Đây là các trường hợp văn bản quy định như vậy, không phải thiếu sót. Cán bộ theo dõi xử lý dần, có thể xử lý nhiều nhiệm vụ cùng lúc.
programmes-state-awaiting = Chờ chỉ định chủ trì
programmes-state-awaiting-hint = Đơn vị chủ trì sẽ được chỉ định sau.
programmes-state-continuous = Thường xuyên
programmes-state-continuous-hint = Thực hiện liên tục, không có ngày kết thúc.
programmes-state-per-plan = Theo kế hoạch cụ thể
programmes-state-per-plan-hint = Thời hạn do một kế hoạch riêng ấn định.
programmes-state-on-demand = Theo yêu cầu
programmes-state-on-demand-hint = Thực hiện khi có yêu cầu của cấp có thẩm quyền.
programmes-state-undated = Không ghi thời hạn
programmes-state-undated-hint = Văn bản không ghi thời gian thực hiện.

# Danh sách chương trình
programmes-lead = { $count } chương trình, { $tasks } nhiệm vụ.
programmes-to-mend = Cần làm rõ
programmes-import = Đưa văn bản vào
programmes-new = Lập chương trình
programmes-new-lead = Dùng khi nhiệm vụ được giao bằng chỉ thị, kết luận, bút phê hoặc chưa có tệp văn bản.
programmes-edit = Sửa thông tin chương trình
programmes-all = Xem tất cả chương trình
programmes-all-tasks = Nhiệm vụ của mọi chương trình
programmes-all-indicators = Chỉ tiêu của mọi chương trình
programmes-none-then-title = Đến hết ngày này chưa có chương trình nào
programmes-none-then-text = Chọn một ngày khác, hoặc để trống để xem số liệu hiện nay.
programmes-none-title = Chưa có chương trình nào
programmes-none-text = Đưa văn bản chương trình hành động vào: hệ thống đọc, cán bộ rà soát, kế hoạch hiện ra ở đây.
programmes-none-text-viewer = Khi đơn vị có chương trình hành động, kế hoạch sẽ hiện ra ở đây.
programmes-name = Tên chương trình
programmes-name-hint = Ví dụ: Chương trình hành động thực hiện Nghị quyết số 57-NQ/TW
programmes-near-due = Báo sắp đến hạn trước
programmes-near-due-hint = Nhiệm vụ được coi là sắp đến hạn khi còn không quá số ngày này
programmes-save = Lưu
programmes-title-missing = Nhập nội dung hoặc tên gọi
programmes-owner-missing = Chọn đơn vị chủ quản
programmes-head = Thông tin chương trình
programmes-latest = Chương trình mới nhất

# Văn bản
programmes-document-kind = Loại văn bản
programmes-document-kind-hint = Ví dụ: kế hoạch, chỉ thị, thông báo kết luận, bút phê
programmes-document-number = Số, ký hiệu
programmes-document-title = Trích yếu
programmes-document-issuer = Cơ quan ban hành
programmes-document-issued = Ngày ban hành
programmes-document-signer = Người ký
programmes-document-implements = Thực hiện các văn bản
programmes-document-implements-hint = Mỗi dòng một số, ký hiệu
programmes-document-text = Nội dung văn bản
programmes-document-about = Loại, cơ quan, ngày ban hành, người ký
programmes-no-document = Không chọn
programmes-no-document-title = Chưa có văn bản nguồn
programmes-no-document-text = Nhiệm vụ của chương trình này được nhập tay.
programmes-no-text = Văn bản này được nhập tay, không kèm nội dung.
programmes-passages = { $count } đoạn được đánh dấu, mỗi đoạn dẫn tới nhiệm vụ của nó.
programmes-replaced = Đã có bản thay thế
programmes-replaces = Thay thế
programmes-newer-document = Xem bản thay thế
programmes-older-document = Xem bản trước

# Câu quan trọng nhất
programmes-sentence-worst = Tính đến hết ngày { $day }: { $red } trong { $total } nhiệm vụ quá hạn, nhiều nhất ở { $unit } ({ $most }).
programmes-sentence-late = Tính đến hết ngày { $day }: { $red } trong { $total } nhiệm vụ quá hạn.
programmes-sentence-calm = Tính đến hết ngày { $day }: không có nhiệm vụ quá hạn trong tổng số { $total }; { $amber } nhiệm vụ sắp đến hạn.
programmes-tasks-none = Chưa có nhiệm vụ nào.
programmes-tasks-none-found = Không có nhiệm vụ nào khớp điều kiện lọc.
programmes-tasks-lead = Tính đến hết ngày { $day }: { $total } nhiệm vụ, { $red } quá hạn.
programmes-tasks-lead-calm = Tính đến hết ngày { $day }: { $total } nhiệm vụ, không có nhiệm vụ quá hạn.
programmes-late-first = Quá hạn lâu nhất
programmes-by-unit = Theo đơn vị chủ trì
programmes-by-group = Theo nhóm nhiệm vụ
programmes-more-units = Còn { $count } đơn vị khác; mở từng chương trình để xem đủ.

# Lọc
programmes-filter-text = Tìm trong nội dung
programmes-filter-text-hint = Không cần gõ dấu
programmes-filter-unit = Đơn vị (kể cả trực thuộc)
programmes-filter-role = Vai trò
programmes-filter-group = Nhóm
programmes-filter-window = Thời gian đến hạn
programmes-filter-from = Đến hạn từ ngày
programmes-filter-to = Đến hạn đến ngày
programmes-filter-defect = Cần bổ sung, làm rõ
programmes-filter-state = Chờ xử lý
programmes-filter-as-of = Như đã biết đến hết ngày
programmes-filter-as-of-hint = Để trống là hiện nay. Ngày/tháng/năm, ví dụ 05/02/2025
programmes-any-unit = Mọi đơn vị
programmes-any-role = Mọi vai trò
programmes-any-group = Mọi nhóm
programmes-any-light = Mọi trạng thái
programmes-any-window = Bất kỳ lúc nào
programmes-any-defect = Không lọc
programmes-any-state = Không lọc
programmes-window-past = Đã qua hạn
programmes-window-7 = Trong 7 ngày tới
programmes-window-15 = Trong 15 ngày tới
programmes-window-30 = Trong 30 ngày tới
programmes-window-90 = Trong 90 ngày tới
programmes-window-undated = Không có ngày
programmes-none-found-title = Không tìm thấy nhiệm vụ
programmes-none-found-text = Bớt điều kiện lọc rồi thử lại.
programmes-no-task-title = Chưa có nhiệm vụ
programmes-no-task-text = Thêm nhiệm vụ bằng tay, từ danh sách Excel, hoặc đưa văn bản vào để đọc.
programmes-download-xlsx = Tải về Excel
programmes-download-csv = Tải về CSV
programmes-choose = Chọn
programmes-choose-task = Chọn nhiệm vụ: { $title }

# Xử lý nhiều nhiệm vụ
programmes-settle = Xử lý
programmes-settle-due = Đặt hạn hoàn thành
programmes-settle-lead = Chỉ định chủ trì
programmes-settle-all-due = Đặt hạn cho mọi nhiệm vụ đang lọc
programmes-settle-all-lead = Chỉ định chủ trì cho mọi nhiệm vụ đang lọc
programmes-settle-count = { $count } nhiệm vụ được chọn. Bỏ đánh dấu nhiệm vụ không xử lý.
programmes-settle-left = Mỗi lần xử lý tối đa 500 nhiệm vụ; còn { $count } nhiệm vụ chưa hiện ở đây.
programmes-settle-none-title = Chưa chọn nhiệm vụ nào
programmes-settle-none-text = Quay lại danh sách và đánh dấu các nhiệm vụ cần xử lý.
programmes-settle-lead-hint = Đơn vị được chọn thay cho các đơn vị chủ trì đang có của những nhiệm vụ này.
programmes-lead-missing = Chọn đơn vị chủ trì
programmes-due-missing = Nhập hạn hoàn thành
programmes-start-missing = Nhập ngày bắt đầu
programmes-reason = Lý do
programmes-reason-hint = Ví dụ: theo kế hoạch cụ thể của đơn vị
programmes-reason-of = Lý do: { $reason }

# Một nhiệm vụ
programmes-add-task = Thêm nhiệm vụ
programmes-edit-task = Sửa nhiệm vụ
programmes-end-title = Kết thúc theo dõi
programmes-end-yes = Kết thúc theo dõi nhiệm vụ
programmes-end-text = Nhiệm vụ không còn trong danh sách và số liệu từ hôm nay. Nội dung và lịch sử vẫn đọc được.
programmes-ended-at = Đã kết thúc theo dõi lúc { $at }.
programmes-no-source = Chưa có văn bản nguồn.
programmes-source-dated = { $number } ngày { $day }
programmes-source-due = hạn trong văn bản: { $day }
programmes-source-ended = không còn hiệu lực từ { $at }
programmes-completes = Hoàn thành nhiệm vụ
programmes-funding-source = Nguồn kinh phí
programmes-funding-planned = Dự toán
programmes-funding-disbursed = Đã giải ngân
programmes-history = Lịch sử
programmes-times = Thời hạn qua các lần
programmes-past-carriers = Phân công đã thay đổi
programmes-until = { $name }, đến { $at }
programmes-changes = Thay đổi
programmes-event-added = Thêm nhiệm vụ
programmes-event-ended = Kết thúc theo dõi
programmes-event-changed = Sửa: { $fields }

# Biểu mẫu nhiệm vụ
programmes-text-hint = Khi nội dung trên chỉ là câu đầu của mục trong văn bản
programmes-outputs-hint = Mỗi dòng một sản phẩm
programmes-group-hint = Mã của nhóm trong khung, ví dụ II.1
programmes-time-printed-hint = Nguyên văn, ví dụ “Quý III/2025” hoặc “Thường xuyên”
programmes-kept = Phân công hiện có
programmes-kept-hint = Bỏ đánh dấu để thôi phân công
programmes-no-focal = Chưa xác định đầu mối
programmes-add-assignment = Thêm phân công
programmes-add-incomplete = Chọn vai trò, rồi chọn một đơn vị, nhập tên người hoặc đánh dấu “Chờ chỉ định”
programmes-no-role = Không thêm
programmes-person-name = Họ và tên
programmes-person-name-hint = Khi vai trò do một người đảm nhiệm
programmes-kept-sources = Nguồn hiện có
programmes-add-source = Thêm nguồn từ văn bản
programmes-quote = Câu giao nhiệm vụ trong văn bản
programmes-source-deadline = Hạn ghi trong văn bản này
programmes-milestone-number = Mốc { $number }
programmes-milestone-due = Hạn của mốc { $number }
programmes-completing = Mốc hoàn thành nhiệm vụ
programmes-no-completing = Chưa xác định
programmes-funding-number = Nguồn kinh phí { $number }

# Chỉ tiêu, báo cáo, đơn vị
programmes-indicators-lead = { $count } chỉ tiêu.
programmes-target = Mục tiêu
programmes-measure = Đơn vị tính
programmes-see-source = Xem trong văn bản
programmes-no-indicator-title = Chưa có chỉ tiêu
programmes-no-indicator-text = Chỉ tiêu đọc được từ văn bản sẽ hiện ở đây.
programmes-report-what = Nội dung báo cáo
programmes-report-who = Đơn vị báo cáo
programmes-report-to = Nơi nhận
programmes-report-through = qua { $unit }
programmes-report-when = Thời gian
programmes-before = trước ngày { $day }
programmes-no-report-title = Chưa có chế độ báo cáo
programmes-no-report-text = Yêu cầu báo cáo đọc được từ văn bản sẽ hiện ở đây.
programmes-units-lead = { $count } đơn vị chủ trì.
programmes-units-awaiting = { $count } nhiệm vụ chờ chỉ định đơn vị chủ trì
programmes-map = Ma trận trách nhiệm
programmes-map-lead = { $units } đơn vị chủ trì nhiệm vụ trong { $groups } nhóm. Mỗi số mở ra danh sách nhiệm vụ của nó.
programmes-map-unled = { $count } nhiệm vụ không ghi đơn vị chủ trì
programmes-map-unknown = { $count } nhiệm vụ có tên đơn vị chưa nhận diện được
programmes-map-red = { $count } quá hạn
programmes-map-all = Cả nhóm nhiệm vụ
programmes-map-note = Nhiệm vụ do nhiều đơn vị cùng chủ trì được tính cho từng đơn vị; đơn vị cấp trên tính cả nhiệm vụ của đơn vị trực thuộc.
programmes-no-unit-title = Chưa có đơn vị chủ trì
programmes-no-unit-text = Phân công chủ trì cho các nhiệm vụ để thấy số liệu theo đơn vị.

# Cách xác nhận và đánh giá của chương trình
programmes-rules = Cách xác nhận và đánh giá
programmes-confirm-levels = Số cấp xác nhận
programmes-confirm-levels-1 = Một cấp: đơn vị giao nhiệm vụ
programmes-confirm-levels-2 = Hai cấp: lãnh đạo đơn vị thực hiện, rồi đơn vị giao nhiệm vụ
programmes-confirm-levels-3 = Ba cấp: lãnh đạo đơn vị thực hiện, đơn vị theo dõi hoặc cấp trên, rồi đơn vị giao nhiệm vụ
programmes-back-date = Ghi lùi ngày hoàn thành tối đa
programmes-back-date-hint = So với ngày báo cáo. Mọi lần ghi lùi đều được đánh dấu. 0 là không cho ghi lùi.
programmes-behind = Cảnh báo chậm tiến độ khi thiếu
programmes-behind-hint = So với phần thời gian đã qua; chưa báo cáo tính là 0 %. Để trống nếu không đánh giá theo tiến độ.
programmes-points = điểm phần trăm
programmes-default-period = Kỳ của nhiệm vụ thường xuyên
programmes-period-closes = Ngày khép kỳ trong tháng
programmes-period-closes-hint = 31 là ngày cuối tháng; cơ quan nhà nước theo Nghị định 09/2019/NĐ-CP khép kỳ ngày 14.
programmes-report-within = Báo cáo sau khi hết kỳ
