"""Makes the files of this folder, with the tools that patients' machines use: Pillow, pikepdf (qpdf), ReportLab, and
heif-enc of libheif. They are checked in, so that the tests need none of these.

    pip install pikepdf==10.17.0 pillow==13.0.0 reportlab==5.1.0 && apt-get install libheif-examples
    python make.py
"""

import io
import subprocess
import zlib
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfgen import canvas

HERE = Path(__file__).parent
NOTE = b"A note that should not travel with a patient's papers. "


def picture(width=640, height=480):
    """Left half red, right half blue, a white square at the top left: a turn shows."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 2, 0, width, height), fill=(30, 30, 200))
    draw.rectangle((0, 0, width // 8, height // 8), fill=(255, 255, 255))
    return image


def photos():
    image = picture()
    exif = image.getexif()
    exif[0x0112] = 6  # turned by 90 degrees to the right
    exif[0x0110] = "Telephone-Marque"
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: (47.0, 19.0, 19.0), 3: "E", 4: (5.0, 2.0, 29.0)})
    image.save(HERE / "turned_gps.jpg", exif=exif, quality=85, comment=b"commentaire-cache")
    clear = picture().convert("RGBA")
    ImageDraw.Draw(clear).rectangle((0, 240, 640, 480), fill=(0, 0, 0, 0))
    clear.save(HERE / "transparent.png")
    picture().save(HERE / "photo.webp", quality=80)
    Image.new("RGB", (800, 600), (236, 236, 230)).save(HERE / "blank.png")
    picture(320, 240).save("/tmp/heif_source.png")
    for name, more in [("photo.heic", []), ("avif_inside.heif", ["-A"])]:
        subprocess.run(["heif-enc", "-q", "60", *more, "-o", HERE / name, "/tmp/heif_source.png"], check=True)


def display_p3():
    """A minimal profile (ICC.1:2022) with the primaries of Display P3 and a plain gamma."""
    def number(value):
        return round(value * 65536).to_bytes(4, "big", signed=True)
    def xyz(*values):
        return b"XYZ " + bytes(4) + b"".join(number(value) for value in values)
    tags = {
        b"wtpt": xyz(0.9642, 1, 0.8249), b"rXYZ": xyz(0.5151, 0.2412, -0.0011), b"gXYZ": xyz(0.2920, 0.6922, 0.0419),
        b"bXYZ": xyz(0.1571, 0.0666, 0.7841), b"rTRC": b"curv" + bytes(4) + (1).to_bytes(4, "big") + b"\x02\x33" + bytes(2),
    }
    tags[b"gTRC"] = tags[b"bTRC"] = tags[b"rTRC"]
    table, data, at = b"", b"", 132 + 12 * len(tags)
    for name, value in tags.items():
        table += name + (at + len(data)).to_bytes(4, "big") + len(value).to_bytes(4, "big")
        data += value
    head = bytes(4) + bytes(4) + b"\x02\x40" + bytes(2) + b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    head += number(0.9642) + number(1) + number(0.8249)
    head = (at + len(data)).to_bytes(4, "big") + head[4:].ljust(124, b"\0")
    return head + len(tags).to_bytes(4, "big") + table + data


def colours():
    """The picture above in other colours; heif-enc takes the profile over."""
    picture().save(HERE / "display_p3.jpg", quality=90, icc_profile=display_p3())
    picture().convert("CMYK").save(HERE / "cmyk.jpg", quality=90)
    picture(320, 240).save("/tmp/display_p3.png", icc_profile=display_p3())
    subprocess.run(["heif-enc", "-q", "80", "-o", HERE / "display_p3.heic", "/tmp/display_p3.png"], check=True)


def bomb():
    """30,000 x 30,000 pixels of one colour in some 150 kB."""
    side = 30_000
    def chunk(kind, body):
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
    packer = zlib.compressobj(9)
    row = b"\0" + bytes(side // 8)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = side.to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    (HERE / "bomb.png").write_bytes(png)


def paper(pages=1, size=(595, 842), words="Attestation de droits"):
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=size)
    for number in range(pages):
        for line in range(12):
            sheet.drawString(72, size[1] - 100 - 20 * line, f"{words}, page {number + 1}, ligne {line + 1}")
        sheet.showPage()
    sheet.save()
    return pikepdf.open(io.BytesIO(out.getvalue()))


def save(pdf, name, **more):
    pdf.save(HERE / name, deterministic_id="encryption" not in more, **more)


def papers():
    save(paper(), "plain.pdf")
    save(paper(pages=3), "linear.pdf", linearize=True)
    save(paper(pages=21), "pages_21.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    save(paper(size=(14_400, 14_400)), "huge_page.pdf")
    blank = pikepdf.new()
    blank.add_blank_page(page_size=(595, 842))
    save(blank, "blank.pdf")
    save(paper(), "locked.pdf", encryption=pikepdf.Encryption(user="secret", owner="maitre", R=6))
    save(paper(), "owner_only.pdf", encryption=pikepdf.Encryption(user="", owner="maitre", R=6))


def carriers():
    """What must be refused by structure, plain and inside compressed object streams."""
    packed = {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "compress_streams": True}

    pdf = paper()
    pdf.attachments["note.txt"] = NOTE
    save(pdf, "attachment.pdf", compress_streams=False)
    pdf = paper()
    pdf.attachments["note.txt"] = NOTE * 9
    save(pdf, "attachment_packed.pdf", recompress_flate=True, **packed)

    pdf = paper()
    inside = pdf.make_stream(NOTE)
    inside[Name.Type] = Name.EmbeddedFile
    spec = pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String("a.bin"), EF=Dictionary(F=inside)))
    pdf.pages[0][Name.Annots] = Array([pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([9, 9, 29, 29]), FS=spec))])
    save(pdf, "annotation_packed.pdf", **packed)

    pdf = paper()
    pdf.Root[Name.OpenAction] = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    save(pdf, "script_packed.pdf", **packed)
    pdf = paper()
    tree = Dictionary(Names=Array([String("a"), pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("1")))]))
    pdf.Root[Name.Names] = Dictionary(JavaScript=pdf.make_indirect(tree))
    save(pdf, "script_tree.pdf")
    pdf = paper()
    pdf.Root[Name.OpenAction] = Dictionary(S=Name.Launch, F=String("calc.exe"))
    save(pdf, "launch.pdf")
    pdf = paper()
    pdf.pages[0][Name.Annots] = Array([pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([9, 9, 99, 99])))])
    save(pdf, "media.pdf", **packed)
    # The same names in other letters (ISO 32000-1 §7.3.5).
    text = (HERE / "launch.pdf").read_bytes().replace(b"/S /Launch", b"/S /L#61unch")
    assert b"L#61unch" in text
    (HERE / "launch_spelled.pdf").write_bytes(text)


def form():
    """Answers without appearances: two texts (one of several lines), a ticked box, an empty box."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    def field(rect, **more):
        return pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=Array(rect), F=4, **more))
    parent = pdf.make_indirect(Dictionary(T=String("nom"), FT=Name.Tx, V=String("MARTIN Élodie"), DA=String("/Helv 14 Tf 0 g")))
    kid = field([72, 700, 372, 724], Parent=parent)
    parent[Name.Kids] = Array([kid])
    several = field([72, 500, 372, 620], T=String("adresse"), FT=Name.Tx, Ff=1 << 12, DA=String("/Helv 0 Tf 0 g"),
                    V=String("12 rue des Lilas, bâtiment B, appartement 34, sonner deux fois\r21000 Dijon"))
    ticked = field([72, 400, 92, 420], T=String("oui"), FT=Name.Btn, V=Name.Yes, AS=Name.Yes)
    empty = field([72, 360, 92, 380], T=String("non"), FT=Name.Btn, V=Name.Off, AS=Name.Off)
    pdf.pages[0][Name.Annots] = Array([kid, several, ticked, empty])
    fields = Array([parent, several, ticked, empty])
    resources = Dictionary(Font=Dictionary(Helv=font))
    pdf.Root[Name.AcroForm] = Dictionary(Fields=fields, DR=resources, DA=String("/Helv 0 Tf 0 g"), NeedAppearances=True)
    save(pdf, "form.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)


photos()
colours()
bomb()
papers()
carriers()
form()
