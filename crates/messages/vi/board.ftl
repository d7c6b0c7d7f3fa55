# Bảng số liệu
board-making-title = Bảng số liệu đang được dựng
board-making-text = Hệ thống vừa khởi động và đang nạp toàn bộ nhiệm vụ vào bộ nhớ, thường mất dưới 15 giây. Các trang khác vẫn dùng được.
board-any-programme = Mọi chương trình
board-above = Cấp trên:
board-as-of = Tính đến hết ngày
board-filter = Chọn phạm vi số liệu
board-since = So với ngày
board-since-hint = Để trống là 7 ngày trước. Ngày/tháng/năm, ví dụ 05/02/2025
board-today = Xem số liệu hôm nay
board-changes = Thay đổi từ ngày { $day }
board-turned-red = { $count } nhiệm vụ chuyển sang quá hạn
board-left-red = { $count } nhiệm vụ không còn quá hạn
board-came = { $late ->
    [0] { $count } nhiệm vụ mới
   *[other] { $count } nhiệm vụ mới, trong đó { $late } đã quá hạn
}
board-went = { $count } nhiệm vụ thôi theo dõi
board-turned = Vừa chuyển sang quá hạn
board-turned-more = Còn { $count } nhiệm vụ nữa; xem tất cả
board-green = Tỷ lệ đúng tiến độ qua thời gian
board-green-now = Đúng tiến độ { $share } số nhiệm vụ đã có thể đánh giá.
board-green-table = Số liệu theo tuần
board-green-share = Tỷ lệ đúng tiến độ
board-day = Đến hết ngày
board-percent = { $share } %
board-ahead = Ngày này chưa đến. Số liệu là của kế hoạch như hiện nay nếu không có thêm cập nhật hay thay đổi nào.
board-was = Vào ngày so sánh
board-was-any = Không so sánh
board-was-other = Trạng thái khác
board-was-away = Không có ngày đó
board-was-light = { $light }, nay đã khác
board-too-many-days = Tối đa 62 ngày trong một lần hỏi.
