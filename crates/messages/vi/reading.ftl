# Đọc văn bản: lý do từ chối, ghi chú về tệp, dấu độ mật.

reading-error-empty = Tệp không có nội dung. Hãy mở tệp để kiểm tra rồi chọn lại tệp có nội dung.
reading-error-too-large = Tệp nặng { $actual } MB, vượt mức tối đa { $limit } MB. Hãy giảm dung lượng (bỏ hình ảnh, tách thành nhiều tệp) rồi tải lên lại.
reading-error-encrypted = Tệp được bảo vệ bằng mật khẩu nên không đọc được. Hãy mở tệp, gỡ mật khẩu, lưu lại rồi tải lên.
reading-error-truncated = Tệp bị thiếu phần cuối, có thể do tải về hoặc sao chép chưa xong. Hãy lấy lại bản đầy đủ rồi tải lên.
reading-error-damaged = Tệp bị hỏng nên không đọc được. Hãy mở tệp bằng phần mềm soạn thảo, lưu thành bản mới rồi tải lên lại.
reading-error-unsupported = { $found ->
    [doc] Tệp là văn bản Word đời cũ (.doc). Hãy mở bằng Word hoặc LibreOffice, chọn “Lưu thành” định dạng .docx rồi tải lên lại.
    [xls] Tệp là bảng tính Excel đời cũ (.xls). Hãy mở bằng Excel hoặc LibreOffice, chọn “Lưu thành” định dạng .xlsx rồi tải lên lại.
    [xlsb] Tệp là bảng tính Excel nhị phân (.xlsb). Hãy mở bằng Excel, chọn “Lưu thành” định dạng .xlsx rồi tải lên lại.
    [slides] Tệp là bài trình chiếu. Hãy tải lên văn bản gốc ở định dạng .docx, .pdf hoặc .txt.
    [open-document] Tệp ở định dạng OpenDocument. Hãy mở tệp, lưu thành .docx (văn bản) hoặc .xlsx (bảng tính) rồi tải lên lại.
    [rtf] Tệp ở định dạng .rtf. Hãy mở bằng Word hoặc LibreOffice, lưu thành .docx rồi tải lên lại.
    [html] Tệp là trang web. Hãy tải về văn bản gốc (.docx hoặc .pdf) rồi tải lên lại.
    [xml] Tệp ở định dạng XML. Hãy mở bằng phần mềm đã tạo ra tệp, lưu thành .docx rồi tải lên lại.
    [image] Loại hình ảnh này chưa đọc được. Hãy lưu thành .png, .jpg, .tif hoặc .pdf rồi tải lên lại.
    [media] Tệp là âm thanh hoặc phim. Hãy tải lên văn bản ở định dạng .docx, .pdf hoặc .txt.
    [archive] Tệp là gói nén. Hãy giải nén rồi tải lên từng văn bản bên trong.
    [program] Tệp là chương trình máy tính, không phải văn bản. Không mở tệp này nếu không rõ nguồn gốc; hãy chọn lại tệp văn bản.
   *[unknown] Không nhận ra định dạng của tệp. Hãy tải lên văn bản ở định dạng .docx, .pdf hoặc .txt.
}
reading-error-too-many-scanned-pages = Tệp có { $actual } trang chụp cần nhận dạng chữ, vượt mức tối đa { $limit } trang. Hãy tách thành nhiều tệp, hoặc tải lên văn bản gốc (.docx).
reading-error-picture-too-large = Ảnh có hơn { $megapixels } triệu điểm ảnh. Hãy quét lại ở 300 dpi hoặc thu nhỏ ảnh rồi tải lên.
reading-error-page-timeout = Nhận dạng chữ của một trang chụp quá { $seconds } giây mà chưa xong nên đã dừng. Hãy quét lại rõ hơn ở 300 dpi, hoặc tải lên văn bản gốc (.docx).
reading-error-unrecognised = Không nhận ra chữ nào trong bản chụp. Hãy chụp hoặc quét lại rõ nét, đúng chiều, ở 300 dpi, hoặc tải lên văn bản gốc (.docx).
reading-error-tool-missing = Tệp là bản chụp hoặc ảnh, mà máy chủ chưa cài chương trình nhận dạng chữ. Đề nghị quản trị hệ thống cài gói còn thiếu bằng lệnh “apt install { $packages }”, rồi bấm đọc lại. Trong khi chờ, có thể tải lên văn bản gốc (.docx).
reading-error-no-text-layer = Tệp .pdf ({ $pages } trang) là bản chụp, chưa có chữ để đọc. Hãy tải lên văn bản gốc (.docx), hoặc nhận dạng chữ (OCR) rồi tải lên tệp .pdf tìm kiếm được.
reading-error-unknown-encoding = Không nhận ra bảng mã của tệp. Hãy mở tệp bằng phần mềm soạn thảo, lưu lại với bảng mã Unicode (UTF-8) rồi tải lên.
reading-error-unpacks-too-large = Nội dung của tệp khi mở ra vượt mức tối đa { $limit } MB. Hãy bỏ hình ảnh và phần nhúng, lưu lại rồi tải lên.
reading-error-too-many-parts = Tệp chứa hơn { $limit } thành phần bên trong nên bị từ chối. Hãy lưu lại thành tệp mới, chỉ giữ phần văn bản.
reading-error-too-deep = Tệp có cấu trúc lồng nhau quá { $limit } tầng nên bị từ chối. Hãy sao chép nội dung sang một tệp mới rồi tải lên lại.
reading-error-too-many-pages = Tệp có { $actual } trang, vượt mức tối đa { $limit } trang. Hãy tách thành nhiều tệp rồi tải lên lần lượt.
reading-error-too-long-text = Văn bản dài hơn { $limit } ký tự. Hãy tách thành nhiều tệp rồi tải lên lần lượt.
reading-error-too-many-cells = Bảng biểu trong tệp có hơn { $limit } ô. Hãy tách thành nhiều tệp hoặc xóa các dòng, cột trống rồi tải lên lại.
reading-error-not-a-list = Tệp không phải danh sách dạng bảng tính. Hãy chọn tệp .xlsx hoặc .csv.
reading-error-timeout = Đọc tệp quá { $seconds } giây mà chưa xong nên đã dừng. Hãy tách tệp thành các phần nhỏ hơn rồi tải lên lại.
reading-error-too-much-memory = Đọc tệp cần quá nhiều bộ nhớ nên đã dừng. Hãy tách tệp thành các phần nhỏ hơn rồi tải lên lại.
reading-error-tool-failed = Chương trình hỗ trợ đọc tệp ({ $tool }) gặp lỗi. Hãy thử lại; nếu vẫn lỗi, báo cho quản trị hệ thống.

reading-note-converted = Văn bản dùng bảng mã cũ { $encoding }, đã chuyển sang Unicode. Hãy soát lại chữ hoa và dấu thanh.
reading-note-mislabelled = Tên tệp có đuôi “.{ $ending }” nhưng nội dung là { $found ->
    [text] văn bản thuần
    [docx] văn bản Word
    [xlsx] bảng tính Excel
    [pdf] tệp PDF
    [image] ảnh chụp trang văn bản
   *[unknown] định dạng khác
}; đã đọc theo nội dung.
reading-note-unreadable-bytes = { $count } chỗ trong tệp không đọc được thành chữ, được thay bằng dấu “�”.
reading-note-pages-without-text = Trang { $pages } không có chữ (có thể là trang chụp), nội dung các trang này chưa được đọc.
reading-note-recognised = { $pages } trang là bản chụp, chữ do máy nhận dạng: { $words } từ{ $doubtful ->
    [0] {""}
   *[other] , trong đó { $doubtful } từ không chắc chắn
}. Hãy soát kỹ số, ngày và tên riêng với bản gốc.
reading-note-deletions-left-out = Tệp đang theo dõi thay đổi: phần đã đánh dấu xóa không được đọc.
reading-note-contents-left-out = Mục lục của văn bản không được đọc để tránh trùng lặp.
reading-note-plain-pdf-reader = Tệp .pdf được đọc bằng bộ đọc dự phòng: thứ tự cột và bảng có thể chưa đúng. Hãy soát lại với bản gốc.

reading-secret-refused = Văn bản có dấu độ mật { $mark }. Hệ thống không tiếp nhận tài liệu bí mật nhà nước; nội dung đã đọc không được lưu lại. Hãy xử lý văn bản này theo quy định về bảo vệ bí mật nhà nước.
