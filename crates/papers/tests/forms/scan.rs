//! What a scanner does to a page: a small turn and specks of dust.

/// A rendered page (PGM) as scanned: width, height, gray dots. `turn` is the slope of its lines.
pub fn scanned(pgm: &[u8], turn: f64) -> (usize, usize, Vec<u8>) {
    let head: Vec<&[u8]> = pgm.splitn(4, |byte| byte.is_ascii_whitespace()).take(3).collect();
    let number = |at: usize| std::str::from_utf8(head[at]).unwrap().parse::<usize>().unwrap();
    let (width, height) = (number(1), number(2));
    let dots = &pgm[pgm.len() - width * height..];
    let mut out = vec![255u8; width * height];
    let mut seed = 7u64;
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) = (x as f64 - width as f64 / 2.0, y as f64 - height as f64 / 2.0);
            let (from_x, from_y) = (x as f64 + dy * turn, y as f64 - dx * turn);
            if from_x >= 0.0 && from_y >= 0.0 && from_x < width as f64 && from_y < height as f64 {
                out[y * width + x] = dots[from_y as usize * width + from_x as usize];
            }
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let noise = (seed >> 58) as u8;
            let gray = &mut out[y * width + x];
            *gray = gray.saturating_sub(noise / 2).max(noise);
            if seed >> 40 & 0xffff < 6 {
                *gray = 60;
            }
        }
    }
    (width, height, out)
}

/// A gray .png without compression.
pub fn png(width: usize, height: usize, gray: &[u8]) -> Vec<u8> {
    let mut raw = Vec::new();
    for row in gray.chunks(width) {
        raw.push(0);
        raw.extend(row);
    }
    let mut stream = vec![0x78, 0x01];
    let pieces: Vec<&[u8]> = raw.chunks(0xffff).collect();
    for (at, piece) in pieces.iter().enumerate() {
        let length = piece.len() as u16;
        stream.push(u8::from(at + 1 == pieces.len()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(*piece);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in &raw {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    stream.extend((b << 16 | a).to_be_bytes());
    let mut head = [(width as u32).to_be_bytes(), (height as u32).to_be_bytes()].concat();
    head.extend([8, 0, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, body) in [(b"IHDR", &head[..]), (b"IDAT", &stream), (b"IEND", &[])] {
        out.extend((body.len() as u32).to_be_bytes());
        let start = out.len();
        out.extend(name);
        out.extend(body);
        let sum = crc(&out[start..]);
        out.extend(sum.to_be_bytes());
    }
    out
}

fn crc(bytes: &[u8]) -> u32 {
    let mut sum = !0u32;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = sum >> 1 ^ (0xedb8_8320 & 0u32.wrapping_sub(sum & 1));
        }
    }
    !sum
}
