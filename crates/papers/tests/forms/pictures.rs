//! Files of pictures as cameras and scanners write them.

/// How the dots of a page lie in a .tif.
#[derive(Clone, Copy, PartialEq)]
pub enum Dots {
    Gray,
    /// Black and white, 1 is ink.
    Fax,
    /// A coloured .jpg inside.
    Jpeg,
}

/// A .tif of pages of one size.
pub fn tif(width: usize, height: usize, pages: &[&[u8]], dots: Dots) -> Vec<u8> {
    let mut out = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    for gray in pages {
        let strip = out.len() as u32;
        match dots {
            Dots::Gray => out.extend(*gray),
            Dots::Fax => out.extend(gray.chunks(width).flat_map(|row| row.chunks(8).map(ink))),
            Dots::Jpeg => {
                let rgb: Vec<u8> = gray.iter().flat_map(|dot| [*dot; 3]).collect();
                out.extend(jpeg(width, height, &rgb, image::ExtendedColorType::Rgb8));
            }
        }
        let bytes = out.len() as u32 - strip;
        out.resize(out.len().next_multiple_of(2), 0);
        let place = (out.len() as u32).to_le_bytes();
        out[link..link + 4].copy_from_slice(&place);
        // Bits of a dot, compression, what a value means, values of a dot.
        let (bits, packed, meaning, values) = match dots {
            Dots::Gray => (8, 1, 1, 1),
            Dots::Fax => (1, 1, 0, 1),
            Dots::Jpeg => (8, 7, 6, 3),
        };
        let (width, height) = (width as u32, height as u32);
        let fields = [
            (256u16, width),
            (257, height),
            (258, bits),
            (259, packed),
            (262, meaning),
            (273, strip),
            (277, values),
            (278, height),
            (279, bytes),
        ];
        out.extend((fields.len() as u16).to_le_bytes());
        for (tag, value) in fields {
            out.extend(tag.to_le_bytes());
            out.extend(4u16.to_le_bytes());
            out.extend(1u32.to_le_bytes());
            out.extend(value.to_le_bytes());
        }
        link = out.len();
        out.extend([0; 4]);
    }
    out
}

/// Eight dots in a byte.
fn ink(dots: &[u8]) -> u8 {
    dots.iter().enumerate().map(|(at, dot)| u8::from(*dot < 128) << (7 - at)).sum()
}

/// A .jpg of these dots.
pub fn jpeg(width: usize, height: usize, dots: &[u8], kind: image::ExtendedColorType) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 90);
    encoder.encode(dots, width as u32, height as u32, kind).unwrap();
    out
}
