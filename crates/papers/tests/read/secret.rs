use papers::read::{SecretMark, Text, secret_mark};

fn mark(content: &str) -> Option<SecretMark> {
    secret_mark(&Text { content: content.to_owned(), ..Text::default() })
}

#[test]
fn stamps_are_seen() {
    for (text, expected) in [
        ("ỦY BAN NHÂN DÂN\nMẬT\nSố: 05/KH-UBND\n", SecretMark::Secret),
        ("TỐI MẬT\n\nKẾ HOẠCH\n", SecretMark::TopSecret),
        ("Tên cơ quan\n[ TUYỆT  MẬT ]\n", SecretMark::UtmostSecret),
        ("TUYỆTMẬT\n", SecretMark::UtmostSecret),
        ("T U Y Ệ T  M Ậ T\n", SecretMark::UtmostSecret),
        ("M Ậ T\n", SecretMark::Secret),
        ("TOI MAT\n", SecretMark::TopSecret),
        ("   MẬT           CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n", SecretMark::Secret),
        ("BỘ A\tTỐI MẬT\n", SecretMark::TopSecret),
        ("Độ mật: Mật\n", SecretMark::Secret),
        ("Mức độ mật : TUYỆT MẬT\n", SecretMark::UtmostSecret),
        ("Tài liệu gửi kèm\n\u{c}MẬT\nPhụ lục\n", SecretMark::Secret),
        ("TÀI LIỆU MẬT\n", SecretMark::Secret),
    ] {
        assert_eq!(mark(text), Some(expected), "{text}");
    }
    let header = Text { content: "Nội dung\n".into(), margins: "TỐI MẬT\n".into(), ..Text::default() };
    assert_eq!(secret_mark(&header), Some(SecretMark::TopSecret));
}

#[test]
fn prose_about_secrets_is_no_mark() {
    let far = format!("{}MẬT\n", "Một dòng chữ thường\n".repeat(80));
    for text in [
        "Bảo đảm bí mật nhà nước, bảo mật thông tin.\n",
        "BẢO VỆ BÍ MẬT NHÀ NƯỚC\nDANH MỤC BÍ MẬT\n",
        "mật khẩu, mật độ dân số, mật ong\nMật độ: 300 người/km²\n",
        "mật\nMật\n",
        "KẾ HOẠCH TĂNG CƯỜNG AN TOÀN, BẢO\nMẬT THÔNG TIN\n",
        "KẾ HOẠCH TĂNG CƯỜNG AN TOÀN, BẢO\nMẬT\n",
        "ỦY BAN\nMẶT\nTRẬN TỔ QUỐC\n",
        "Độ mật: Thường\nĐộ mật: không\nMẬT MÃ QUỐC GIA\nBAN CƠ YẾU - MẬT MÃ\n",
        "Không ghi các chữ TUYỆT MẬT, TỐI MẬT hoặc MẬT vào văn bản này\n",
        far.as_str(),
    ] {
        assert_eq!(mark(text), None, "{text}");
    }
}
