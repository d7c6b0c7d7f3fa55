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
programmes-invalid-near-due = Số ngày báo sắp đến hạn phải từ 0 đến 365.
programmes-invalid-foreign-document = Văn bản thuộc cơ quan khác, không dùng làm căn cứ ở đây được.
