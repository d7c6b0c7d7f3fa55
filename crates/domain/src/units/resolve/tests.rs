//! Printed forms and what they stand for. Organisations are real where they are public bodies and
//! invented otherwise.

use super::*;
use uuid::Uuid;

struct Forest(Vec<Known>);

impl Forest {
    fn add(&mut self, name: &str, superior: Option<&str>, aliases: &[&str]) -> usize {
        let id = UnitId(Uuid::from_u128(self.0.len() as u128 + 1));
        let mut above: Vec<String> = Vec::new();
        if let Some(superior) = superior {
            above.push(superior.to_owned());
            above.extend(self.0.iter().filter(|k| k.name == superior).flat_map(|k| k.aliases.clone()));
        }
        self.0.push(Known {
            target: Target::Unit(id),
            kind: Some(UnitKind::of_name(name)),
            name: name.to_owned(),
            superior: superior.map(str::to_owned),
            above,
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            former: Vec::new(),
            gone: false,
            successors: Vec::new(),
            steps: 0,
        });
        self.0.len() - 1
    }
}

const PARTS: &[(&str, &str)] = &[
    ("Ban Đối ngoại - Hợp tác Quốc tế", "Hội Trí thức trẻ Ánh Dương"),
    ("Ban Khoa học và Công nghệ", "Hội Trí thức trẻ Ánh Dương"),
    ("Ban Tổ chức - Phát triển Hội", "Hội Trí thức trẻ Ánh Dương"),
    ("Ban Công nghệ Thông tin", "Hội Trí thức trẻ Ánh Dương"),
    ("Ban Tài chính", "Hội Trí thức trẻ Ánh Dương"),
    ("Ban Chính sách", "Hội Trí thức trẻ Ánh Dương"),
    ("Ban Chấp hành", "Hội Trí thức trẻ Ánh Dương"),
    ("Ban Truyền thông và Báo chí", "Hội Trí thức trẻ Ánh Dương"),
    ("Ban Tổ chức - Kiểm tra", "Trung ương Đoàn Thanh niên Ánh Dương"),
    ("Văn phòng", "Trung ương Đoàn Thanh niên Ánh Dương"),
    ("Ban Kế hoạch - Tài chính", "Viện Hàn lâm Khoa học và Công nghệ Việt Nam"),
    ("Văn phòng", "Viện Hàn lâm Khoa học và Công nghệ Việt Nam"),
    ("Sở Khoa học và Công nghệ", "Tỉnh Đồng Tháp"),
    ("Sở Khoa học và Công nghệ", "Tỉnh Lai Châu"),
    ("Sở Nông nghiệp và Môi trường", "Tỉnh Đồng Tháp"),
    ("Sở Văn hóa, Thể thao và Du lịch", "Tỉnh Đồng Tháp"),
    ("Sở Tài chính", "Tỉnh Đồng Tháp"),
    ("Ban Quản lý khu Kinh tế", "Tỉnh Đồng Tháp"),
];

/// Public bodies, an invented youth association with its boards, and every division of the country.
fn forest() -> Index {
    let mut f = Forest(Vec::new());
    for (name, aliases) in [
        ("Bộ Khoa học và Công nghệ", &[][..]),
        ("Bộ Giáo dục và Đào tạo", &[]),
        ("Bộ Nông nghiệp và Môi trường", &[]),
        ("Bộ Tài chính", &[]),
        ("Bộ Công an", &[]),
        ("Bộ Công Thương", &[]),
        ("Bộ Quốc phòng", &[]),
        ("Bộ Văn hóa, Thể thao và Du lịch", &[]),
        ("Ngân hàng Nhà nước Việt Nam", &["NHNN"]),
        ("Văn phòng Chính phủ", &[]),
        ("Văn phòng Trung ương Đảng", &[]),
        ("Đài Truyền hình Việt Nam", &["VTV"]),
        ("Thông tấn xã Việt Nam", &["TTXVN"]),
        ("Liên đoàn Thương mại và Công nghiệp Việt Nam", &["VCCI"]),
        ("Viện Hàn lâm Khoa học và Công nghệ Việt Nam", &["Viện Hàn lâm"]),
        ("Ban Chỉ đạo Trung ương về phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số", &[]),
        ("Hội Trí thức trẻ Ánh Dương", &["Hội"]),
        ("Trung ương Đoàn Thanh niên Ánh Dương", &["Trung ương Đoàn"]),
        ("Tỉnh Đồng Tháp", &[]),
        ("Tỉnh Cà Mau", &[]),
        ("Tỉnh Lai Châu", &[]),
        ("Thành phố Hà Nội", &[]),
        ("Thành phố Hồ Chí Minh", &[]),
    ] {
        f.add(name, None, aliases);
    }
    for (name, superior) in PARTS {
        f.add(name, Some(superior), &[]);
    }
    let names: HashMap<&str, String> = include_str!("../../../data/divisions.tsv")
        .lines()
        .filter_map(|l| l.strip_suffix('\t').and_then(|l| l.split_once('\t')))
        .map(|(code, name)| {
            (code, if name.starts_with("Thành phố") { name.to_owned() } else { format!("Tỉnh {name}") })
        })
        .collect();
    for name in names.values() {
        if !f.0.iter().any(|k| k.name == *name) {
            f.add(name, None, &[]);
        }
    }
    for line in include_str!("../../../data/divisions.tsv").lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        if let Some(province) = names.get(cells[2]) {
            f.add(cells[1], Some(province), &[]);
        }
    }
    f.0.push(Known {
        target: Target::Grouping(GroupingId(Uuid::from_u128(7))),
        kind: None,
        name: "Các bộ, cơ quan ngang bộ, Ủy ban nhân dân các tỉnh".into(),
        superior: None,
        above: Vec::new(),
        aliases: vec!["Các bộ, ngành, địa phương".into()],
        former: Vec::new(),
        gone: false,
        successors: Vec::new(),
        steps: 0,
    });
    Index::new(f.0)
}

const FORMS: &[(&str, &str, &str)] = &[
    ("Bộ KH&CN", "Bộ Khoa học và Công nghệ", ""),
    ("Bộ Khoa học và Công nghệ", "Bộ Khoa học và Công nghệ", ""),
    ("BỘ KHOA HỌC VÀ CÔNG NGHỆ", "Bộ Khoa học và Công nghệ", ""),
    ("Bộ Khoa học & Công nghệ", "Bộ Khoa học và Công nghệ", ""),
    ("Bộ Khoa học - Công nghệ", "Bộ Khoa học và Công nghệ", ""),
    ("Bộ KHCN", "Bộ Khoa học và Công nghệ", ""),
    ("BKHCN", "Bộ Khoa học và Công nghệ", ""),
    ("bo khoa hoc va cong nghe", "Bộ Khoa học và Công nghệ", ""),
    ("B6 Khoa hoc và Cong ngh8", "Bộ Khoa học và Công nghệ", ""),
    ("Bộ Khoa hợc và Cổng nghệ", "Bộ Khoa học và Công nghệ", ""),
    ("Bộ Khoahọc và Côngnghệ", "Bộ Khoa học và Công nghệ", ""),
    ("Bộ Khao học và Công ngệ", "Bộ Khoa học và Công nghệ", ""),
    ("Bộ K|oa học và Công nghệ;", "Bộ Khoa học và Công nghệ", ""),
    ("Bộ GD&ĐT", "Bộ Giáo dục và Đào tạo", ""),
    ("Bộ GDĐT", "Bộ Giáo dục và Đào tạo", ""),
    ("Bộ NN&MT", "Bộ Nông nghiệp và Môi trường", ""),
    ("Bộ VHTTDL", "Bộ Văn hóa, Thể thao và Du lịch", ""),
    ("Bộ VH,TT&DL", "Bộ Văn hóa, Thể thao và Du lịch", ""),
    ("Bộ Văn hoá, Thể thao và Du lịch", "Bộ Văn hóa, Thể thao và Du lịch", ""),
    ("Bộ TC", "Bộ Tài chính", ""),
    ("Bộ Tài chánh", "Bộ Tài chính", ""),
    ("Ngân hàng Nhà nước", "Ngân hàng Nhà nước Việt Nam", ""),
    ("NHNN", "Ngân hàng Nhà nước Việt Nam", ""),
    ("VTV", "Đài Truyền hình Việt Nam", ""),
    ("Đài THVN", "Đài Truyền hình Việt Nam", ""),
    ("VCCI", "Liên đoàn Thương mại và Công nghiệp Việt Nam", ""),
    ("VP Trung ương Đảng", "Văn phòng Trung ương Đảng", ""),
    ("Văn phòng TW Đảng", "Văn phòng Trung ương Đảng", ""),
    ("Văn phòng T.Ư Đảng", "Văn phòng Trung ương Đảng", ""),
    ("Viện Hàn lâm", "Viện Hàn lâm Khoa học và Công nghệ Việt Nam", ""),
    ("Viện Hàn lâm KH&CN Việt Nam", "Viện Hàn lâm Khoa học và Công nghệ Việt Nam", ""),
    ("Ban ĐN-HTQT", "Ban Đối ngoại - Hợp tác Quốc tế", ""),
    ("Ban Đối ngoại – Hợp tác quốc tế", "Ban Đối ngoại - Hợp tác Quốc tế", ""),
    ("Ban Đối ngoại và HTQT", "Ban Đối ngoại - Hợp tác Quốc tế", ""),
    ("Ban KH&CN", "Ban Khoa học và Công nghệ", ""),
    ("Ban CNTT", "Ban Công nghệ Thông tin", ""),
    ("Ban TC-PTH", "Ban Tổ chức - Phát triển Hội", ""),
    ("BCH Hội", "Ban Chấp hành", "Hội Trí thức trẻ Ánh Dương"),
    ("Ban Chính sách của Hội", "Ban Chính sách", ""),
    ("Ban Tổ chức - Kiểm tra Trung ương Đoàn", "Ban Tổ chức - Kiểm tra", ""),
    ("Văn phòng Trung ương Đoàn", "Văn phòng", "Trung ương Đoàn Thanh niên Ánh Dương"),
    ("Văn phòng Viện Hàn lâm", "Văn phòng", "Viện Hàn lâm Khoa học và Công nghệ Việt Nam"),
    ("Ban KH-TC Viện Hàn lâm", "Ban Kế hoạch - Tài chính", ""),
    ("UBND tỉnh Đồng Tháp", "Tỉnh Đồng Tháp", ""),
    ("Ủy ban nhân dân tỉnh Đồng Tháp", "Tỉnh Đồng Tháp", ""),
    ("Uỷ ban nhân dân tỉnh Cà Mau", "Tỉnh Cà Mau", ""),
    ("UBND TP. Hà Nội", "Thành phố Hà Nội", ""),
    ("TP.HCM", "Thành phố Hồ Chí Minh", ""),
    ("UBND TPHCM", "Thành phố Hồ Chí Minh", ""),
    ("Cà Mau", "Tỉnh Cà Mau", ""),
    ("Sở KH&CN tỉnh Lai Châu", "Sở Khoa học và Công nghệ", "Tỉnh Lai Châu"),
    ("Sở KH&CN Đồng Tháp", "Sở Khoa học và Công nghệ", "Tỉnh Đồng Tháp"),
    ("Sở NN&MT", "Sở Nông nghiệp và Môi trường", ""),
    ("Sở VHTT&DL", "Sở Văn hóa, Thể thao và Du lịch", ""),
    ("Ban Quản lý khu Kinh tế tỉnh Đồng Tháp", "Ban Quản lý khu Kinh tế", ""),
    ("UBND xã Tân Thành, tỉnh Lạng Sơn", "Xã Tân Thành", "Tỉnh Lạng Sơn"),
    ("Xã Tân Thành (Đồng Tháp)", "Xã Tân Thành", "Tỉnh Đồng Tháp"),
    ("Phường Ba Đình", "Phường Ba Đình", "Thành phố Hà Nội"),
    ("P. Ba Đình", "Phường Ba Đình", "Thành phố Hà Nội"),
    ("các Bộ, ngành, địa phương", "Các bộ, cơ quan ngang bộ, Ủy ban nhân dân các tỉnh", ""),
    (
        "BCĐ Trung ương về phát triển KH, CN, ĐMST và CĐS",
        "Ban Chỉ đạo Trung ương về phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số",
        "",
    ),
];

const NONSENSE: &[&str] = &[
    "Hằng năm",
    "thường xuyên",
    "Quý 2/2025",
    "Tháng 12",
    "Theo kế hoạch cụ thể",
    "Xây dựng kế hoạch hành động",
    "Chủ trì, phối hợp",
    "Báo cáo kết quả thực hiện nhiệm vụ",
    "Nâng cao nhận thức",
    "Số lượng bài viết",
    "Doanh nghiệp",
    "Nguyễn Văn A",
    "100 %",
    "12/2025",
    "abc xyz",
    "Lorem ipsum dolor sit amet",
    "-",
    "",
    "Chỉ tiêu chưa giao",
    "Phát triển hạ tầng số",
    "Các tổ chức thành viên",
    "x",
];

#[test]
fn printed_forms_are_told_apart() {
    assert!(FORMS.len() >= 40);
    let index = forest();
    let mut wrong = Vec::new();
    for (printed, name, superior) in FORMS {
        let found = index.resolve(printed, 5);
        let first = found.first();
        let fits = first.is_some_and(|c| {
            c.name == *name
                && (superior.is_empty() || c.superior.as_deref() == Some(*superior))
                && c.score >= 0.6
        });
        if !fits {
            let shown: Vec<String> = found
                .iter()
                .map(|c| format!("{} / {:?} {} {:?} [{}]", c.name, c.superior, c.score, c.why, c.form))
                .collect();
            wrong.push(format!("{printed}: wanted {name} {superior}\n    {}", shown.join("\n    ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_name_gives_no_candidate_worth_taking() {
    let index = forest();
    let taken: Vec<String> = NONSENSE
        .iter()
        .flat_map(|text| index.resolve(text, 1).into_iter().map(move |c| (text, c)))
        .filter(|(_, c)| c.score >= 0.5)
        .map(|(text, c)| format!("{text}: {} {} [{}] {:?}", c.name, c.score, c.form, c.why))
        .collect();
    assert!(taken.is_empty(), "{}", taken.join("\n"));
}

#[test]
fn a_better_fit_scores_higher_and_says_why() {
    let index = forest();
    let score = |text: &str| index.resolve(text, 1).first().map(|c| (c.score, c.why));
    let forms = [
        ("Bộ Khoa học và Công nghệ", Why::Exact),
        ("Bo Khoa hoc va Cong nghe", Why::WithoutMarks),
        ("Bộ KH&CN", Why::Abbreviation),
        ("Bộ Khoa hocc và Công nghệ", Why::Damaged),
        ("Khoa học và Công nghệ", Why::Partial),
    ];
    let scores: Vec<_> = forms.iter().map(|(text, _)| score(text).map(|s| s.0)).collect();
    assert!(scores.windows(2).all(|w| w[0] > w[1]), "{scores:?}");
    for (text, why) in forms.into_iter().take(4) {
        assert_eq!(score(text).map(|s| s.1), Some(why), "{text}");
    }
    assert_eq!(score("VCCI").map(|s| s.1), Some(Why::Alias));
}

#[test]
fn seven_communes_of_one_name_are_told_by_the_province_and_by_nearness() {
    let mut index = forest();
    let all: Vec<Candidate> =
        index.resolve("Xã Tân Thành", 20).into_iter().filter(|c| c.name == "Xã Tân Thành").collect();
    assert_eq!(all.len(), 7);
    for known in &mut index.known {
        known.steps = if known.superior.as_deref() == Some("Tỉnh Lạng Sơn") { 1 } else { 3 };
    }
    let near = index.resolve("Xã Tân Thành", 2);
    assert_eq!(near[0].superior.as_deref(), Some("Tỉnh Lạng Sơn"));
    assert!(near[0].score > near[1].score);
}

#[test]
fn who_took_over_is_offered_before_who_is_gone() {
    let mut f = Forest(Vec::new());
    let old = f.add("Tỉnh Bình Dương", None, &[]);
    let new = f.add("Thành phố Hồ Chí Minh", None, &[]);
    let Target::Unit(heir) = f.0[new].target else { return };
    f.0[old].gone = true;
    f.0[old].successors.push(heir);
    let found = Index::new(f.0).resolve("UBND tỉnh Bình Dương", 3);
    assert_eq!((found[0].name.as_str(), found[0].why), ("Thành phố Hồ Chí Minh", Why::Successor));
    assert_eq!(found[1].name, "Tỉnh Bình Dương");
}

#[test]
fn long_and_odd_input_is_survived() {
    let index = forest();
    for text in ["ẹ́̀".repeat(400), "a ".repeat(5000), "Bộ ".repeat(39), "𝔅ộ 𝔎𝔥𝔬𝔞".into(), "|||!!!".into()]
    {
        index.resolve(&text, 5);
    }
}

#[test]
fn the_committee_of_a_province_is_no_commune_and_no_other_province() {
    let index = forest();
    let found = index.resolve("UBND tỉnh Đồng Tháp", 5);
    assert_eq!(found[0].name, "Tỉnh Đồng Tháp");
    let others: Vec<_> =
        found.iter().skip(1).filter(|c| c.score >= 0.6).map(|c| (&c.name, c.score)).collect();
    assert!(others.is_empty(), "{others:?}");
    let commune = index.resolve("UBND xã Tân Thành, tỉnh Lạng Sơn", 2);
    assert!(commune[0].score > commune[1].score + 0.2, "{commune:?}");
}
