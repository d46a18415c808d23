"""Makes the workbooks of ../fixtures: bia.xlsx with openpyxl, then bia.ods and bia.xls with LibreOffice."""

import datetime
import pathlib
import subprocess

import openpyxl

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parent / "fixtures"


def sheet_of_activities(book):
    sheet = book.active
    sheet.title = "BIA"
    sheet["A1"] = "Analyse d’impact – CH de Démonstration"
    sheet.merge_cells("A1:E1")
    sheet.append([])
    sheet.append(["Activité", "DMIA", "PDMA", "Criticité", "Revue le"])
    for name, dmia, pdma, level, day in [
        ("Urgences", datetime.timedelta(hours=4), "1 h", 1, datetime.date(2026, 11, 22)),
        ("Biologie", datetime.time(8, 0), "4 h", 2, datetime.date(2026, 3, 1)),
        ("Paie", datetime.timedelta(hours=72), "24 h", 3.5, datetime.datetime(2026, 1, 15, 8, 30)),
    ]:
        sheet.append([name, dmia, pdma, level, day])
    for row in range(4, 7):
        sheet.cell(row, 2).number_format = "h:mm" if row == 5 else "[h]:mm"
        sheet.cell(row, 5).number_format = "dd/mm/yyyy" if row < 6 else "dd/mm/yyyy hh:mm"
    sheet["A9"] = "Validé"
    sheet["B9"] = True


def hidden_sheet(book):
    sheet = book.create_sheet("Ancien annuaire")
    sheet.append(["Fonction", "Téléphone"])
    sheet.append(["Direction de garde", "06 39 98 10 01"])
    sheet.append(["Astreinte\ninformatique", "01 99 00 20 02"])
    sheet.sheet_state = "hidden"


def main():
    book = openpyxl.Workbook()
    sheet_of_activities(book)
    hidden_sheet(book)
    book.save(FIXTURES / "bia.xlsx")
    for ending in ("ods", "xls"):
        subprocess.run(
            ["soffice", "--headless", "--convert-to", ending, "--outdir", FIXTURES, FIXTURES / "bia.xlsx"], check=True
        )


main()
