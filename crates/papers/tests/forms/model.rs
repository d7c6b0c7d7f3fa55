//! Invented plans, from which every form is written.

/// A plan as its author thinks of it.
pub struct Model {
    pub superior: &'static str,
    pub issuer: &'static str,
    pub number: &'static str,
    pub place_and_day: &'static str,
    pub issued_on: &'static str,
    pub title: &'static str,
    pub groups: Vec<Group>,
}

/// Tasks under one heading.
pub struct Group {
    pub title: &'static str,
    pub tasks: Vec<Task>,
}

/// A task; what is empty is not printed.
pub struct Task {
    pub title: &'static str,
    pub lead: &'static [&'static str],
    pub with: &'static [&'static str],
    pub product: &'static str,
    /// The time as printed.
    pub time: &'static str,
    /// The day it means, or how often.
    pub due: Option<&'static str>,
}

const fn task(
    title: &'static str,
    lead: &'static [&'static str],
    with: &'static [&'static str],
    product: &'static str,
    time: &'static str,
    due: Option<&'static str>,
) -> Task {
    Task { title, lead, with, product, time, due }
}

/// All of them.
pub fn all() -> Vec<Model> {
    vec![province(), university(), commune()]
}

fn province() -> Model {
    Model {
        superior: "ỦY BAN NHÂN DÂN",
        issuer: "TỈNH HẢI VÂN",
        number: "Số: 118/KH-UBND",
        place_and_day: "Hải Vân, ngày 12 tháng 02 năm 2026",
        issued_on: "2026-02-12",
        title: "Phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số năm 2026",
        groups: vec![
            Group {
                title: "Hoàn thiện thể chế",
                tasks: vec![
                    task(
                        "Ban hành quy chế quản lý, khai thác kho dữ liệu dùng chung của tỉnh",
                        &["Sở Khoa học và Công nghệ"],
                        &["Sở Tư pháp", "Sở Tài chính"],
                        "Quyết định của Ủy ban nhân dân tỉnh",
                        "Quý II/2026",
                        Some("2026-06-30"),
                    ),
                    task(
                        "Rà soát, cắt giảm thủ tục hành chính trong lĩnh vực đất đai",
                        &["Sở Nông nghiệp và Môi trường"],
                        &["Văn phòng Ủy ban nhân dân tỉnh"],
                        "Báo cáo kết quả rà soát",
                        "Trước ngày 30/9/2026",
                        Some("2026-09-30"),
                    ),
                    task(
                        "Xây dựng bộ chỉ số đánh giá chuyển đổi số cấp xã",
                        &["Sở Khoa học và Công nghệ"],
                        &["Sở Nội vụ", "Ủy ban nhân dân các xã, phường"],
                        "Bộ chỉ số được phê duyệt",
                        "Tháng 11/2026",
                        Some("2026-11-30"),
                    ),
                ],
            },
            Group {
                title: "Phát triển hạ tầng và nguồn nhân lực",
                tasks: vec![
                    task(
                        "Đầu tư trung tâm dữ liệu của tỉnh theo hình thức thuê dịch vụ",
                        &["Sở Khoa học và Công nghệ"],
                        &["Công an tỉnh", "Sở Tài chính"],
                        "Trung tâm dữ liệu đi vào hoạt động",
                        "31/12/2027",
                        Some("2027-12-31"),
                    ),
                    task(
                        "Bồi dưỡng kỹ năng số cho cán bộ, công chức, viên chức cấp xã",
                        &["Sở Nội vụ"],
                        &["Trường Chính trị tỉnh"],
                        "Các lớp bồi dưỡng",
                        "Hằng năm",
                        None,
                    ),
                ],
            },
        ],
    }
}

fn university() -> Model {
    Model {
        superior: "BỘ GIÁO DỤC VÀ ĐÀO TẠO",
        issuer: "TRƯỜNG ĐẠI HỌC BÁCH VIỆT",
        number: "Số: 402/KH-ĐHBV",
        place_and_day: "Bách Việt, ngày 05 tháng 3 năm 2026",
        issued_on: "2026-03-05",
        title: "Thực hiện nhiệm vụ đột phá phát triển khoa học và công nghệ giai đoạn 2026 - 2028",
        groups: vec![
            Group {
                title: "Nghiên cứu và chuyển giao công nghệ",
                tasks: vec![
                    task(
                        "Thành lập ba nhóm nghiên cứu mạnh về trí tuệ nhân tạo và vật liệu mới",
                        &["Phòng Khoa học và Công nghệ"],
                        &["Phòng Tổ chức cán bộ", "Khoa Công nghệ thông tin"],
                        "Quyết định thành lập",
                        "Quý III/2026",
                        Some("2026-09-30"),
                    ),
                    task(
                        "Xây dựng đề án phát triển Trung tâm Chuyển giao công nghệ",
                        &["Trung tâm Chuyển giao công nghệ"],
                        &["Phòng Kế hoạch - Tài chính"],
                        "Đề án được Hội đồng trường thông qua",
                        "Trước ngày 15/12/2026",
                        Some("2026-12-15"),
                    ),
                ],
            },
            Group {
                title: "Đào tạo và hợp tác",
                tasks: vec![
                    task(
                        "Mở chương trình đào tạo kỹ sư bán dẫn",
                        &["Phòng Đào tạo"],
                        &["Khoa Điện tử - Viễn thông"],
                        "Chương trình đào tạo được ban hành",
                        "Năm 2027",
                        Some("2027-12-31"),
                    ),
                    task(
                        "Số hóa toàn bộ học liệu của các học phần bắt buộc",
                        &["Thư viện"],
                        &["Các khoa", "Phòng Đào tạo"],
                        "Kho học liệu số",
                        "30/6/2027",
                        Some("2027-06-30"),
                    ),
                    task(
                        "Ký kết hợp tác với các doanh nghiệp công nghệ trong và ngoài nước",
                        &["Phòng Hợp tác quốc tế"],
                        &["Phòng Khoa học và Công nghệ"],
                        "Các bản ghi nhớ",
                        "Thường xuyên",
                        None,
                    ),
                ],
            },
        ],
    }
}

fn commune() -> Model {
    Model {
        superior: "ỦY BAN NHÂN DÂN",
        issuer: "XÃ TÂN LẬP",
        number: "Số: 27/KH-UBND",
        place_and_day: "Tân Lập, ngày 20 tháng 01 năm 2026",
        issued_on: "2026-01-20",
        title: "Chuyển đổi số của xã Tân Lập năm 2026",
        groups: vec![Group {
            title: "Nhiệm vụ trọng tâm",
            tasks: vec![
                task(
                    "Kiện toàn Tổ công nghệ số cộng đồng tại 100% thôn",
                    &["Phòng Văn hóa - Xã hội"],
                    &["Đoàn Thanh niên xã", "Các thôn"],
                    "Quyết định kiện toàn",
                    "Tháng 3/2026",
                    Some("2026-03-31"),
                ),
                task(
                    "Lắp đặt hệ thống truyền thanh ứng dụng công nghệ thông tin",
                    &["Phòng Kinh tế"],
                    &["Phòng Văn hóa - Xã hội"],
                    "Hệ thống được nghiệm thu",
                    "Quý IV/2026",
                    Some("2026-12-31"),
                ),
                task(
                    "Hướng dẫn người dân nộp hồ sơ trực tuyến tại Trung tâm Phục vụ hành chính công",
                    &["Trung tâm Phục vụ hành chính công"],
                    &["Công an xã"],
                    "Tỷ lệ hồ sơ trực tuyến đạt 80%",
                    "Hằng quý",
                    None,
                ),
                task(
                    "Tổng kết, đánh giá kết quả thực hiện Kế hoạch",
                    &["Phòng Kinh tế"],
                    &["Các phòng chuyên môn"],
                    "Báo cáo tổng kết",
                    "Trước ngày 10/12/2026",
                    Some("2026-12-10"),
                ),
            ],
        }],
    }
}
