//! A page as a gray picture.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageReader};

use super::super::ReadError;

/// Width of an A4 page in inches: a picture of a page whose resolution is unknown is taken to be as wide.
const PAGE_INCHES: f64 = 8.27;
/// Fewest dots per inch at which letters are recognised well; pictures with fewer are enlarged.
const FEWEST_DPI: f64 = 200.0;

/// Gray dots, row by row; 0 is black.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::read) struct Picture {
    pub width: usize,
    pub height: usize,
    pub gray: Vec<u8>,
    /// Dots per inch.
    pub dpi: f64,
}

impl Picture {
    /// A picture as `pdftoppm -gray` writes it (PGM, binary, 8 bits).
    pub fn of_pgm(bytes: &[u8], dpi: f64) -> Result<Picture, ReadError> {
        let broken = || ReadError::damaged("a rendered page is no picture");
        let mut numbers = Vec::new();
        let mut at = 2;
        while numbers.len() < 3 {
            while bytes.get(at).ok_or_else(broken)?.is_ascii_whitespace() {
                at += 1;
            }
            let start = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            let digits = bytes.get(start..at).and_then(|digits| std::str::from_utf8(digits).ok());
            numbers.push(digits.and_then(|digits| digits.parse::<usize>().ok()).ok_or_else(broken)?);
        }
        let (width, height) = (numbers[0], numbers[1]);
        let gray = bytes.get(at + 1..).unwrap_or_default();
        if !bytes.starts_with(b"P5") || numbers[2] != 255 || gray.len() != width.saturating_mul(height) {
            return Err(broken());
        }
        Ok(Picture { width, height, gray: gray.to_vec(), dpi })
    }

    /// The pages of an image file: one, but for a .tif of several.
    pub fn of_image(bytes: &[u8], most_pixels: usize, most_pages: usize) -> Result<Vec<Picture>, ReadError> {
        let reader =
            ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(ReadError::damaged)?;
        if reader.format() == Some(image::ImageFormat::Tiff) {
            return tiff::pages(bytes, most_pixels, most_pages);
        }
        let decoder = reader.into_decoder().map_err(|error| match error {
            image::ImageError::Unsupported(_) => ReadError::Unsupported { found: super::super::Found::Image },
            error => ReadError::damaged(error),
        })?;
        let (width, height) = decoder.dimensions();
        check_size(width as usize, height as usize, most_pixels)?;
        let mut decoder = decoder;
        let turn = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
        let mut image = DynamicImage::from_decoder(decoder).map_err(ReadError::damaged)?;
        image.apply_orientation(turn);
        Ok(vec![Picture::of_gray(opaque(image))])
    }

    fn of_gray(image: image::GrayImage) -> Picture {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let dpi = width.min(height) as f64 / PAGE_INCHES;
        Picture { width, height, gray: image.into_raw(), dpi }.enlarged()
    }

    /// Twice as large where letters would be too small to be recognised.
    fn enlarged(self) -> Picture {
        if self.dpi >= FEWEST_DPI || self.width.saturating_mul(self.height) > 8_000_000 {
            return self;
        }
        let (width, height) = (self.width * 2, self.height * 2);
        let at = |x: usize, y: usize| u16::from(self.dot(x.min(self.width - 1), y.min(self.height - 1)));
        let mut gray = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (x0, y0) = (x / 2, y / 2);
                let (x1, y1) = (x0 + x % 2, y0 + y % 2);
                gray.push(((at(x0, y0) + at(x1, y0) + at(x0, y1) + at(x1, y1)) / 4) as u8);
            }
        }
        Picture { width, height, gray, dpi: self.dpi * 2.0 }
    }

    pub fn dot(&self, x: usize, y: usize) -> u8 {
        self.gray.get(y * self.width + x).copied().unwrap_or(255)
    }

    /// The file that Tesseract is given.
    pub fn pgm(&self) -> Vec<u8> {
        let mut out = format!("P5\n{} {}\n255\n", self.width, self.height).into_bytes();
        out.extend(&self.gray);
        out
    }

    /// The gray below which a dot is ink: between the two heaps of dark and light dots (Otsu).
    pub fn threshold(&self) -> u8 {
        let mut counts = [0u64; 256];
        self.gray.iter().for_each(|gray| counts[usize::from(*gray)] += 1);
        let total: u64 = counts.iter().sum();
        let sum: f64 = counts.iter().enumerate().map(|(gray, n)| gray as f64 * *n as f64).sum();
        let (mut dark, mut dark_sum, mut best, mut at) = (0u64, 0.0, 0.0, 128u8);
        for (gray, n) in counts.iter().enumerate() {
            dark += n;
            dark_sum += gray as f64 * *n as f64;
            let light = total - dark;
            if dark == 0 || light == 0 {
                continue;
            }
            let apart = dark_sum / dark as f64 - (sum - dark_sum) / light as f64;
            let between = dark as f64 * light as f64 * apart * apart;
            if between > best {
                (best, at) = (between, gray as u8);
            }
        }
        at.clamp(60, 210)
    }
}

pub(super) fn check_size(width: usize, height: usize, most: usize) -> Result<(), ReadError> {
    if width.saturating_mul(height) > most {
        return Err(ReadError::PictureTooLarge { megapixels: most / 1_000_000 });
    }
    if width < 100 || height < 50 {
        return Err(ReadError::Unrecognised);
    }
    Ok(())
}

/// On white paper, in gray.
fn opaque(image: DynamicImage) -> image::GrayImage {
    if !image.color().has_alpha() {
        return image.into_luma8();
    }
    let mut image = image.into_luma_alpha8();
    for dot in image.pixels_mut() {
        let [gray, alpha] = dot.0.map(u16::from);
        dot.0[0] = ((gray * alpha + 255 * (255 - alpha)) / 255) as u8;
    }
    DynamicImage::ImageLumaA8(image).into_luma8()
}

mod tiff {
    //! The pages of a .tif, which offices scan into.

    use super::{Picture, ReadError, check_size};
    use std::io::Cursor;
    use tiff::decoder::{Decoder, DecodingResult, Limits};
    use tiff::{ColorType, TiffError};

    pub(super) fn pages(
        bytes: &[u8],
        most_pixels: usize,
        most_pages: usize,
    ) -> Result<Vec<Picture>, ReadError> {
        let mut limits = Limits::default();
        limits.decoding_buffer_size = most_pixels.saturating_mul(4);
        let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(failed)?.with_limits(limits);
        let mut pages = Vec::new();
        loop {
            pages.push(page(&mut decoder, most_pixels)?);
            if !decoder.more_images() {
                return Ok(pages);
            }
            if pages.len() >= most_pages {
                return Err(ReadError::TooManyScannedPages { limit: most_pages, actual: most_pages + 1 });
            }
            decoder.next_image().map_err(failed)?;
        }
    }

    /// A picture in a form that is not read is no damaged one.
    fn failed(error: TiffError) -> ReadError {
        match error {
            TiffError::UnsupportedError(_) => ReadError::Unsupported { found: crate::read::Found::Image },
            error => ReadError::damaged(error),
        }
    }

    fn page(decoder: &mut Decoder<Cursor<&[u8]>>, most: usize) -> Result<Picture, ReadError> {
        let (width, height) = decoder.dimensions().map_err(failed)?;
        let (width, height) = (width as usize, height as usize);
        check_size(width, height, most)?;
        let kind = decoder.colortype().map_err(failed)?;
        let DecodingResult::U8(raw) = decoder.read_image().map_err(failed)? else {
            return Err(ReadError::Unsupported { found: crate::read::Found::Image });
        };
        let gray: Vec<u8> = match kind {
            ColorType::Gray(1) => unpacked(&raw, width, height),
            ColorType::Gray(8) => raw,
            ColorType::RGB(8) => raw.as_chunks::<3>().0.iter().map(|rgb| luma(rgb)).collect(),
            ColorType::YCbCr(8) => raw.as_chunks::<3>().0.iter().map(|dot| dot[0]).collect(),
            ColorType::RGBA(8) => raw.as_chunks::<4>().0.iter().map(|rgba| luma(&rgba[..3])).collect(),
            _ => return Err(ReadError::Unsupported { found: crate::read::Found::Image }),
        };
        let image = u32::try_from(width).ok().zip(u32::try_from(height).ok());
        let image = image.and_then(|(width, height)| image::GrayImage::from_raw(width, height, gray));
        image.map(Picture::of_gray).ok_or_else(|| ReadError::damaged("a picture shorter than it says"))
    }

    fn luma(rgb: &[u8]) -> u8 {
        let [r, g, b] = [0, 1, 2].map(|i| u32::from(rgb.get(i).copied().unwrap_or(255)));
        ((r * 299 + g * 587 + b * 114) / 1000) as u8
    }

    /// Eight dots a byte, each row filled up to a byte.
    fn unpacked(raw: &[u8], width: usize, height: usize) -> Vec<u8> {
        let stride = width.div_ceil(8);
        let dot =
            |x: usize, y: usize| raw.get(y * stride + x / 8).is_none_or(|byte| byte >> (7 - x % 8) & 1 == 1);
        (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| if dot(x, y) { 255 } else { 0 })
            .collect()
    }
}
