# The frame of every page, the parts of forms and tables, and the lights.

product-name = Đột Phá

frame-skip = Đến nội dung chính
frame-demo = Bản dùng thử: tổ chức, con người và tài khoản đăng nhập đều là giả định. Không nhập dữ liệu thật.
frame-main-navigation = Điều hướng chính
frame-breadcrumb = Vị trí trang
frame-settings = Tùy chọn
frame-theme = Giao diện
frame-theme-system = Theo máy
frame-theme-light = Sáng
frame-theme-dark = Tối
frame-language = Ngôn ngữ
frame-logout = Đăng xuất
frame-as-of = Số liệu tính đến { $at }
frame-secrets = Không đưa nội dung thuộc bí mật nhà nước vào hệ thống này.

nav-home = Tổng quan
nav-work = Việc của đơn vị
nav-programmes = Chương trình
nav-documents = Văn bản
nav-units = Đơn vị
nav-accounts = Tài khoản

light-red = Quá hạn
light-amber = Sắp đến hạn
light-green = Trong hạn
light-grey = Chưa đến kỳ đánh giá

tone-info = Thông tin
tone-success = Đã xong
tone-warning = Lưu ý
tone-error = Lỗi

table-total = Tổng số
table-shares = Tỷ lệ theo trạng thái

pager-label = Các trang của danh sách
pager-of = { $from }–{ $to } trong tổng số { $total }
pager-range = { $from }–{ $to }
pager-previous = Trang trước
pager-next = Trang sau

tree-show = Xem đơn vị trực thuộc
tree-show-of = Xem đơn vị trực thuộc: { $name }

form-errors-title = Chưa thực hiện được. Mời xem lại các mục sau
form-optional = (không bắt buộc)
form-date-hint = Ngày/tháng/năm, ví dụ 05/02/2025
form-date-open = Chọn ngày trên lịch: { $field }
form-date-unreadable = Nhập ngày theo dạng ngày/tháng/năm, ví dụ 05/02/2025
form-number-unreadable = Nhập số, ví dụ 1.234,5
form-drop = Kéo thả tệp vào đây, hoặc bấm để chọn tệp
form-uploading = Đang tải lên…
form-reading = Đã tải lên, hệ thống đang đọc văn bản…
form-upload-failed = Tải lên bị gián đoạn. Kiểm tra kết nối rồi bấm gửi lại; các tệp đã chọn vẫn còn.
form-back = Quay lại
form-sent-otherwise = Lần gửi trước từ đây có nội dung khác và đã được thực hiện. Xem lại nội dung; nếu vẫn cần thì gửi lần nữa.

picker-search = Tìm
picker-search-in = Tìm cho mục: { $field }
picker-nothing-chosen = Đã tìm “{ $typed }” nhưng chưa chọn kết quả nào. Chọn một dòng, hoặc xóa ô tìm nếu không cần.
picker-none = Nhập vài chữ của tên rồi bấm Tìm. Không cần gõ dấu.

filters-title = Lọc danh sách
filters-count = { $count } điều kiện
filters-apply = Áp dụng
filters-clear = Bỏ lọc
