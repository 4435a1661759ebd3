//! The kept file: a PDF whose pages are the very JPEGs that the viewer shows, and nothing else.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::{Page, Unfit};

/// A4 upright, in points (1/72 inch).
const A4: (f32, f32) = (595.0, 842.0);

/// Width and height of a page in points.
pub(super) type Points = (f32, f32);

/// The largest size on A4, upright or lying as the picture is.
pub(super) fn on_a4(width: u32, height: u32) -> Points {
    let (width, height) = (width as f32, height as f32);
    let (across, down) = if width > height { (A4.1, A4.0) } else { A4 };
    let scale = (across / width).min(down / height);
    (width * scale, height * scale)
}

pub(super) struct Archive {
    document: Document,
    tree: ObjectId,
    pages: Vec<Object>,
}

impl Archive {
    pub(super) fn new() -> Self {
        let mut document = Document::with_version("1.5");
        let tree = document.new_object_id();
        Self { document, tree, pages: Vec::new() }
    }

    pub(super) fn add(&mut self, page: &Page, (width, height): Points) {
        let image = self.document.add_object(jpeg(page));
        let drawing = format!("{width} 0 0 {height} 0 0 cm /Page Do");
        let drawing = Stream::new(Dictionary::new(), drawing.into_bytes());
        let contents = self.document.add_object(drawing);
        let page = dictionary! {
            "Type" => "Page",
            "Parent" => self.tree,
            "MediaBox" => vec![0.into(), 0.into(), width.into(), height.into()],
            "Resources" => dictionary! { "XObject" => dictionary! { "Page" => image } },
            "Contents" => contents,
        };
        self.pages.push(self.document.add_object(page).into());
    }

    pub(super) fn finish(mut self) -> Result<Vec<u8>, Unfit> {
        let count = i64::try_from(self.pages.len()).map_err(|_| Unfit::TooManyPages)?;
        let tree = dictionary! { "Type" => "Pages", "Kids" => self.pages, "Count" => count };
        self.document.objects.insert(self.tree, tree.into());
        let catalog = self.document.add_object(dictionary! { "Type" => "Catalog", "Pages" => self.tree });
        self.document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        self.document.save_to(&mut bytes).map_err(|_| Unfit::Broken)?;
        Ok(bytes)
    }
}

/// The JPEG as an image object, its bytes unchanged (DCTDecode, ISO 32000-1 §7.4.8).
fn jpeg(page: &Page) -> Stream {
    let entries = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => i64::from(page.width),
        "Height" => i64::from(page.height),
        "ColorSpace" => "DeviceRGB",
        "BitsPerComponent" => 8,
        "Filter" => "DCTDecode",
    };
    Stream::new(entries, page.jpeg.clone()).with_compression(false)
}
