"""Makes the texts of ../fixtures: plan.docx with python-docx, then plan.odt, plan.doc and plan.pdf with
LibreOffice; columns.pdf with Typst; scan.pdf with ReportLab."""

import io
import pathlib
import re
import struct
import subprocess
import zipfile
import zlib

import docx
import typst
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parent / "fixtures"
W = nsdecls("w")


def number_headings(document):
    """Gives headings the numbers 1., 1.1 by a list that their styles name."""
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading{level + 1}"/>'
        f'<w:lvlText w:val="{"".join(f"%{up + 1}." for up in range(level + 1))}"/></w:lvl>'
        for level in range(3)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for level in range(3):
        style = document.styles[f"Heading {level + 1}"].element.get_or_add_pPr()
        style.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'))


def contents(document):
    """A table of contents as Word writes it: a field over paragraphs of the style TOC 1."""
    style = document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    entries = ["Objet du plan\t2", "Cellule de crise\t2", "Reprise du système d’information\t3"]
    for index, entry in enumerate(entries):
        paragraph = document.add_paragraph(style=style)
        if index == 0:
            for piece in (
                field.format("begin"),
                '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-3" </w:instrText></w:r>',
                field.format("separate"),
            ):
                paragraph._p.append(parse_xml(piece.replace("<w:r>", f"<w:r {W}>", 1)))
        paragraph.add_run(entry)
        if index == len(entries) - 1:
            paragraph._p.append(parse_xml(field.format("end").replace("<w:r>", f"<w:r {W}>", 1)))


def changed_paragraph(document):
    paragraph = document.add_paragraph("Le délai est de ")
    for piece in (
        '<w:del {} w:id="1" w:author="x"><w:r><w:delText>8 h</w:delText></w:r></w:del>',
        '<w:ins {} w:id="2" w:author="x"><w:r><w:t>4 h</w:t></w:r></w:ins>',
    ):
        paragraph._p.append(parse_xml(piece.format(W)))
    paragraph.add_run(" pour les urgences.")


def text_box(document):
    paragraph = document.add_paragraph("Avant le cadre.")
    paragraph._p.append(
        parse_xml(
            f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape style="width:200pt;height:40pt">'
            "<v:textbox><w:txbxContent><w:p><w:r><w:t>Numéro de la cellule : 01 99 00 30 03</w:t></w:r></w:p>"
            "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
    )


def impact_table(document):
    table = document.add_table(rows=4, cols=4, style="Table Grid")
    rows = [
        ["Activité", "DMIA", "PDMA", "Criticité"],
        ["Urgences", "4 h", "1 h", "Vitale"],
        ["Biologie", "8 h", "4 h", ""],
        ["Fonctions support", "", "", "Moyenne"],
    ]
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 3).merge(table.cell(2, 3))
    table.cell(3, 0).merge(table.cell(3, 2))


def make_docx(path):
    document = docx.Document()
    number_headings(document)
    section = document.sections[0]
    section.header.paragraphs[0].text = "CH de Démonstration – PCA/PRA"
    section.footer.paragraphs[0].text = "Version 3.2 – diffusion restreinte"
    document.add_paragraph("Plan de continuité et de reprise d’activité", style="Title")
    contents(document)
    document.add_heading("Objet du plan", 1)
    document.add_paragraph("Ce plan dit comment l’établissement continue de soigner quand l’informatique s’arrête.")
    changed_paragraph(document)
    document.add_heading("Cellule de crise", 1)
    document.add_heading("Composition", 2)
    document.add_paragraph("Direction de garde", style="List Bullet")
    document.add_paragraph("Responsable de la sécurité du système d’information", style="List Bullet")
    document.add_paragraph("Appeler l’astreinte", style="List Number")
    document.add_paragraph("Ouvrir la main courante", style="List Number")
    text_box(document)
    fake = document.add_paragraph()
    run = fake.add_run("Moyens de secours")
    run.bold, run.font.size = True, Pt(14)
    document.add_paragraph("Deux téléphones satellite sont au poste de garde.")
    document.add_heading("Reprise du système d’information", 1)
    impact_table(document)
    document.add_paragraph("Fin du plan.")
    document.save(path)
    without_thumbnail(path)


def without_thumbnail(path):
    """Takes out the picture of python-docx's template, which weighs more than the text."""
    with zipfile.ZipFile(path) as made:
        parts = {name: made.read(name) for name in made.namelist() if "thumbnail" not in name}
    rels = parts["_rels/.rels"].decode()
    parts["_rels/.rels"] = re.sub(r'<Relationship [^>]*thumbnail[^>]*/>', "", rels).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as smaller:
        for name, content in parts.items():
            smaller.writestr(zipfile.ZipInfo(name, (2026, 11, 22, 8, 0, 0)), content, zipfile.ZIP_DEFLATED)


COLUMNS = """
#set page(paper: "a4", columns: 2, footer: context [Page #counter(page).display() – CH de Démonstration])
#set text(lang: "fr", size: 10pt, hyphenate: true)
#set par(justify: true)
#set heading(numbering: "1.1")
#place(top, scope: "parent", float: true, text(18pt, weight: "bold")[Plan de reprise d’activité])
= Objet
Le présent document décrit la reconstruction progressive du système d’information hospitalier après une cyberattaque
majeure, l’organisation des équipes et les procédures dégradées correspondantes.
= Gouvernance
#lorem(150)
== Cellule de crise
La cellule de crise décide. Son numéro est le 01 99 00 40 04.
#lorem(230)
= Analyse d’impact
#table(columns: 3, [*Activité*], [*DMIA*], [*PDMA*], [Urgences], [4 h], [1 h], [Imagerie], [12 h], [24 h])
Les durées ont été validées par la direction des soins.
"""


def make_scan(path):
    """Two pages: a picture alone, as a scanner makes, then text."""
    picture = io.BytesIO()
    width, height = 40, 56
    rows = b"".join(b"\0" + bytes((x * y) % 251 for x in range(width)) for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    picture.write(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    page = canvas.Canvas(str(path), pagesize=A4, invariant=1)
    page.drawImage(ImageReader(picture), 0, 0, *A4)
    page.showPage()
    page.setFont("Helvetica-Bold", 16)
    page.drawString(72, 760, "Annexe numérisée")
    page.setFont("Helvetica", 11)
    page.drawString(72, 730, "Signée par la direction de l’établissement.")
    page.showPage()
    page.save()


def main():
    make_docx(FIXTURES / "plan.docx")
    for ending in ("odt", "doc", "pdf"):
        subprocess.run(
            ["soffice", "--headless", "--convert-to", ending, "--outdir", FIXTURES, FIXTURES / "plan.docx"], check=True
        )
    source = HERE / "columns.typ"
    source.write_text(COLUMNS, encoding="utf-8")
    typst.compile(str(source), output=str(FIXTURES / "columns.pdf"))
    source.unlink()
    make_scan(FIXTURES / "scan.pdf")


main()
