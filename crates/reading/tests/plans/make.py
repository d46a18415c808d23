#!/usr/bin/env python3
"""Makes the labelled plans: 36 fictional plans in 12 styles, with what each really says.

Needs python-docx, odfpy, openpyxl and typst (PyPI), and LibreOffice. Everything is drawn from the plan's name, so
that it comes out the same. `labels.json` holds, for each file, the sections of the template `es` that are really
there (`found`) and those of which only a title or a promise is (`partial`); every other section is absent. The
plans whose name hashes to 0 modulo 3 are held out: thresholds and words are not tuned on them.
"""
import hashlib, json, os, random, shutil, subprocess, sys, tempfile
from pathlib import Path

import docx
from docx.enum.text import WD_BREAK
from docx.shared import Pt
import openpyxl
import typst
from odf import style as odf_style, text as odf_text, table as odf_table
from odf.opendocument import OpenDocumentText

HERE = Path(__file__).parent

# Of each section: headings (the last ones further from the template's own words), then bodies.
# A body is a list of paragraphs; a list inside it is a table, its first row the head; a tuple is a list of steps.
SECTIONS = {
    "objet": (
        ["Objet du document", "Pourquoi ce plan", "But et champ du présent plan"],
        [["Le présent plan décrit comment l’établissement assure la continuité des soins lorsque le système d’information est indisponible. Il s’applique à tous les sites et à tous les services."],
         ["Ce document fixe l’organisation retenue pour maintenir les activités de soins pendant une panne informatique majeure, puis pour revenir à la normale. Il couvre le site principal et l’annexe."]]),
    "gouvernance": (
        ["Gouvernance de la continuité", "Qui fait quoi", "Pilotage et responsabilités"],
        [["Le responsable du plan est le directeur des opérations ; son suppléant est le responsable qualité. Un comité de pilotage se réunit deux fois par an sous la présidence de la direction générale."],
         [["Fonction", "Mission"], ["Directeur général", "Arbitre les moyens"], ["Responsable PCA", "Tient le plan à jour"], ["RSSI", "Conseille la direction"]]]),
    "revue": (
        ["Mise à jour du plan", "Vie du document", "Entretien et révision"],
        [["Le plan est relu chaque année par le responsable qualité et après chaque exercice. La dernière révision date du 12/03/2026."],
         ["La révision a lieu tous les 12 mois, en comité de direction. Le responsable du plan trace les modifications et rediffuse les exemplaires."]]),
    "bia": (
        ["Bilan d’impact sur l’activité", "Ce que chaque service peut supporter", "Analyse des impacts métier"],
        [[[["Activité", "DMIA", "PDMA"], ["Urgences", "2 h", "15 min"], ["Bloc opératoire", "4 h", "1 h"], ["Pharmacie", "24 h", "4 h"], ["Paie", "5 j", "24 h"]]],
         ["Les durées maximales d’interruption ont été fixées avec chaque service.", [["Service", "Durée maximale d’interruption", "Perte de données admissible"], ["Maternité", "1 h", "30 min"], ["Imagerie", "8 h", "4 h"], ["Consultations", "48 h", "24 h"]]]]),
    "scenarios": (
        ["Scénarios retenus", "Ce contre quoi on se prépare", "Hypothèses de crise"],
        [["Trois scénarios sont retenus : un rançongiciel qui arrête tout le système d’information, la perte du site principal par incendie, l’absence simultanée de plusieurs agents clés."],
         [["Scénario", "Durée supposée"], ["Cyberattaque généralisée", "3 semaines"], ["Coupure électrique longue", "24 h"], ["Défaillance de l’hébergeur", "4 j"]]]),
    "bascule": (
        ["Décision de passage en mode dégradé", "Quand abandonner l’informatique", "Seuils de bascule"],
        [["Au-delà de 30 minutes d’indisponibilité du dossier patient, le cadre de garde décide le passage en mode dégradé et prévient la direction de garde."],
         ["La bascule est décidée par le directeur de garde après 1 h d’arrêt, sur avis du responsable informatique ; elle est annoncée aux cadres par téléphone."]]),
    "procedures-degradees": (
        ["Procédures dégradées par service", "Travailler sans ordinateur", "Fonctionnement des unités en mode dégradé"],
        [["Chaque unité applique les étapes suivantes.", ("sortir la pochette papier du poste de soins", "recopier les traitements en cours depuis la dernière impression", "porter les demandes d’examen par coursier", "tracer chaque acte sur la feuille de suivi")],
         [["Unité", "Procédure", "Tient"], ["Urgences", "Dossier papier et brassards", "72 h"], ["Réanimation", "Surveillance au lit", "24 h"], ["Pharmacie", "Ordonnances manuscrites", "48 h"]]]),
    "medicament": (
        ["Circuit du médicament", "Prescrire et dispenser à la main", "Pharmacie sans logiciel"],
        [["Les prescriptions sont rédigées sur ordonnance papier. Le pharmacien valide chaque ordonnance et les doses sont préparées à partir des dotations de secours des unités ; les chimiothérapies sont reportées sauf urgence."],
         ["La pharmacie délivre sur ordonnance manuscrite vérifiée par deux personnes. Les stupéfiants restent sous clé, leur sortie est notée dans le registre papier, puis ressaisie."]]),
    "cellule-de-crise": (
        ["Composition de la cellule de crise", "Qui décide pendant la crise", "Dispositif de commandement"],
        [[["Rôle", "Titulaire", "Suppléant"], ["Directeur de crise", "Directeur général", "Directeur de garde"], ["Conduite technique", "DSI", "Adjoint du DSI"], ["Soins", "Coordonnatrice des soins", "Cadre supérieur"]],
         ["La cellule réunit le directeur de garde, le médecin chef de pôle, le responsable informatique et la cadre supérieure. Elle siège en salle du conseil et se relaie toutes les douze heures."]]),
    "activation": (
        ["Déclenchement de la crise", "Comment on entre et on sort de crise", "Alerte et levée"],
        [["L’astreinte informatique alerte le directeur de garde dans les 15 minutes. La cellule est activée dès que deux services critiques sont touchés ; elle est levée par le directeur général."],
         ["Trois niveaux sont définis. Le niveau 2 est déclenché par le directeur de garde, le niveau 3 par le directeur général. La sortie de crise est prononcée après 48 h sans incident."]]),
    "annuaire": (
        ["Annuaire de crise", "Joindre les bonnes personnes", "Numéros à appeler"],
        [[["Fonction", "Téléphone"], ["Direction de garde", "06 39 98 11 01"], ["Astreinte informatique", "06 39 98 11 02"], ["Cadre des urgences", "06 39 98 11 03"]],
         ["Direction générale : 06 39 98 12 01. Astreinte technique : 06 39 98 12 02. Standard de secours : 01 99 00 12 03."]]),
    "fiches-reflexes": (
        ["Fiches réflexes", "Les premiers gestes", "Que faire dans la première heure"],
        [["Pour l’astreinte informatique :", ("débrancher les liens vers l’extérieur", "ne pas éteindre les serveurs", "appeler la direction de garde", "ouvrir le cahier de crise")],
         [["Temps", "Geste", "Qui"], ["T0", "Prévenir le standard", "Cadre"], ["T+15 min", "Réunir la cellule", "Directeur de garde"], ["T+1 h", "Premier point de situation", "Secrétaire"]]]),
    "communication": (
        ["Communication de crise", "Dire ce qui se passe", "Informer les équipes et le public"],
        [["Seule la direction parle à la presse. Les équipes sont informées par affichage dans les unités et par les cadres, les patients par une note remise à l’accueil ; un message type est prêt pour le site."],
         ["Le chargé de communication prépare un communiqué toutes les six heures. Les familles sont reçues à l’accueil et un numéro leur est réservé. Les réseaux sociaux sont suivis par un agent désigné."]]),
    "main-courante": (
        ["Main courante", "Garder la trace", "Cahier de crise"],
        [["Un secrétaire note chaque décision, appel et événement avec son heure sur le registre papier rangé en salle de crise ; il ne rature rien et numérote les pages."],
         ["Tous les faits sont consignés, heure par heure, dans un registre tenu par la secrétaire de direction, puis archivés avec le retour d’expérience."]]),
    "declarations": (
        ["Déclarations aux autorités", "Qui prévenir dehors", "Obligations de signalement"],
        [["Le directeur signale l’incident sans délai sur le portail national, qui prévient l’agence régionale et le CERT Santé. Le délégué à la protection des données notifie la CNIL dans les 72 heures ; la plainte est déposée dans le même délai."],
         [["Destinataire", "Délai", "Par"], ["ARS et CERT Santé", "sans délai", "Directeur"], ["CNIL", "72 h", "DPO"], ["Gendarmerie", "72 h", "Juriste"]]]),
    "sauvegardes": (
        ["Politique de sauvegarde", "Comment les données sont copiées", "Protection et copie des données"],
        [["Une sauvegarde complète est faite chaque nuit sur disque et copiée chaque semaine sur bande, rangée hors du site. Les bandes sont conservées 3 mois. Les comptes de sauvegarde sont distincts de l’annuaire."],
         [["Données", "Fréquence", "Support", "Lieu"], ["Dossier patient", "toutes les 4 h", "disque", "annexe"], ["Laboratoire", "24 h", "bande", "coffre"], ["Messagerie", "24 h", "disque", "salle B"]]]),
    "tests-restauration": (
        ["Tests de restauration", "Vérifier que les copies se relisent", "Essais de remise en service des sauvegardes"],
        [["Le dossier patient a été restauré le 14/05/2026 en 6 h 30, validé par le médecin référent. Le laboratoire le 02/06/2026 en 3 h."],
         [["Système", "Date", "Durée"], ["Dossier patient", "14/05/2026", "6 h 30"], ["Imagerie", "20/06/2026", "11 h"]]]),
    "ordre-reprise": (
        ["Ordre de redémarrage", "Dans quel ordre tout rallumer", "Priorités de remontée"],
        [["Les systèmes sont relancés dans cet ordre.", ("réseau et pare-feu, 2 h", "annuaire et noms, 4 h", "sauvegarde, 2 h", "dossier patient, 8 h", "laboratoire, 4 h")],
         [["Rang", "Système", "Délai"], ["1", "Réseau", "2 h"], ["2", "Annuaire", "4 h"], ["3", "Dossier patient", "12 h"]]]),
    "retour-normal": (
        ["Retour à la normale", "Après la panne", "Ressaisie et fin du mode dégradé"],
        [["Les données notées sur papier sont ressaisies par les secrétariats, service par service, dans les cinq jours. Deux agents contrôlent les identités et les résultats avant la clôture du mode dégradé."],
         ["La remise en service est prononcée par chaque chef de service après vérification. Les prescriptions et les résultats papier sont rattrapés en priorité, puis numérisés et versés au dossier."]]),
    "exercices": (
        ["Exercices et retours d’expérience", "S’entraîner", "Programme d’entraînement"],
        [["Un exercice sur table a réuni la direction et les soins le 18/06/2026. Le retour d’expérience a été écrit le 02/07/2026. Le prochain exercice est prévu en mars 2027."],
         [["Date", "Exercice", "Participants"], ["18/06/2026", "Rançongiciel, sur table", "direction, soins, informatique"], ["12/11/2025", "Panne électrique", "technique"]]]),
    "prestataires": (
        ["Prestataires et contrats", "Les entreprises dont on dépend", "Engagements des fournisseurs"],
        [[["Prestataire", "Intervention", "Rétablissement"], ["Éditeur du dossier patient", "2 h", "8 h"], ["Opérateur télécom", "4 h", "24 h"]],
         ["L’éditeur du dossier patient intervient en 4 h, de jour comme de nuit, au 01 99 00 33 01. Le contrat d’hébergement court jusqu’au 31/12/2027."]]),
}
PROMISES = ["À compléter.", "Cette partie sera rédigée dans une prochaine version.", "En cours de rédaction.", ""]
FILLER = ["Contexte", "Définitions", "Documents de référence", "Glossaire"]
FILLER_BODY = ["L’établissement compte 320 lits et places répartis sur deux sites. Il appartient à un groupement de territoire.",
               "Les termes employés sont ceux de la norme. Les abréviations sont expliquées à leur première apparition.",
               "Note de service du 3 février ; manuel qualité ; règlement intérieur de l’établissement."]
OTHERS = [("Protocole d’entretien des locaux", ["Les sols sont lavés deux fois par jour avec un détergent neutre.", "Le matériel est rangé dans le local de service, porte fermée.", "Un contrôle visuel est fait chaque semaine par la gouvernante."]),
          ("Livret d’accueil du patient", ["Les visites sont autorisées de 13 h à 20 h.", "Le petit déjeuner est servi à 7 h 30.", "Une boîte à idées se trouve dans le hall."])]

STYLES = ["docx-styles", "docx-bold", "docx-numbers", "docx-capitals", "docx-noise", "odt-styles", "odt-bold", "pdf-writer", "pdf-columns", "pdf-numbers", "xlsx-sheets", "doc-styles"]


def compose(rng, name):
    """Parts of a plan in order, and its labels."""
    keys = list(SECTIONS)
    present = sorted(rng.sample(keys, rng.randint(7, 13)), key=keys.index)
    rest = [key for key in keys if key not in present]
    partial = sorted(rng.sample(rest, rng.randint(1, 3)), key=keys.index)
    parts = []
    for key in keys:
        headings, bodies = SECTIONS[key]
        if key in present:
            parts.append((rng.choice(headings), normal(rng.choice(bodies))))
        elif key in partial:
            promise = rng.choice(PROMISES)
            parts.append((rng.choice(headings[:2]), [promise] if promise else []))
    for filler in rng.sample(FILLER, 2):
        parts.insert(rng.randint(0, 2), (filler, [rng.choice(FILLER_BODY)]))
    absent = [key for key in keys if key not in present and key not in partial]
    traps = [SECTIONS[key][0][0] for key in rng.sample(absent, min(2, len(absent)))]
    return parts, traps, {"found": present, "partial": partial}


def normal(body):
    """A body whose only piece is a table or steps may be written bare."""
    if isinstance(body, tuple) or (isinstance(body, list) and body and isinstance(body[0], list) and all(isinstance(row, list) and all(isinstance(cell, str) for cell in row) for row in body)):
        return [body]
    return body


def is_table(piece):
    return isinstance(piece, list)


def strip_accents(text):
    import unicodedata
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def docx_file(path, name, parts, traps, look):
    book = docx.Document()
    book.core_properties.title = name
    if look == "noise":
        book.sections[0].header.paragraphs[0].text = "CH de Démonstration – plan de continuité – diffusion interne"
        book.sections[0].footer.paragraphs[0].text = "Version 3 – page"
    book.add_paragraph("Plan de continuité et de reprise d’activité").runs[0].bold = True
    if look == "noise":
        book.add_paragraph("Sommaire").runs[0].bold = True
        for number, heading in enumerate([heading for heading, _ in parts] + traps, 1):
            book.add_paragraph(f"{number}. {heading} {'.' * 40} {number + 1}")
        book.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    for number, (heading, body) in enumerate(parts, 1):
        if look == "styles":
            book.add_heading(heading, 1)
        elif look == "capitals":
            book.add_paragraph(strip_accents(heading).upper())
        elif look == "numbers":
            book.add_paragraph(f"{number}. {heading}").runs[0].bold = True
        else:
            run = book.add_paragraph().add_run(heading)
            run.bold = True
            run.font.size = Pt(14)
        for piece in body:
            if is_table(piece):
                table = book.add_table(rows=0, cols=len(piece[0]))
                table.style = "Table Grid"
                for row in piece:
                    for cell, text in zip(table.add_row().cells, row):
                        cell.text = text
            elif isinstance(piece, tuple):
                for step in piece:
                    book.add_paragraph(step, style="List Bullet")
            elif piece:
                book.add_paragraph(piece)
    book.save(path)


def odt_file(path, parts, look):
    book = OpenDocumentText()
    bold = odf_style.Style(name="Gras", family="paragraph")
    bold.addElement(odf_style.TextProperties(fontweight="bold", fontsize="14pt"))
    book.automaticstyles.addElement(bold)
    for heading, body in parts:
        if look == "styles":
            book.text.addElement(odf_text.H(outlinelevel=1, text=heading))
        else:
            book.text.addElement(odf_text.P(stylename=bold, text=heading))
        for piece in body:
            if is_table(piece):
                table = odf_table.Table()
                for row in piece:
                    line = odf_table.TableRow()
                    for text in row:
                        cell = odf_table.TableCell()
                        cell.addElement(odf_text.P(text=text))
                        line.addElement(cell)
                    table.addElement(line)
                book.text.addElement(table)
            elif isinstance(piece, tuple):
                items = odf_text.List()
                for step in piece:
                    item = odf_text.ListItem()
                    item.addElement(odf_text.P(text=step))
                    items.addElement(item)
                book.text.addElement(items)
            elif piece:
                book.text.addElement(odf_text.P(text=piece))
    book.save(path)


def typst_file(path, parts, look):
    columns = 2 if look == "columns" else 1
    source = [f'#set page(paper: "a4", columns: {columns}, header: [CH de Démonstration], footer: [Plan de continuité, diffusion interne])', '#set text(size: 10pt, lang: "fr")']
    if look == "numbers":
        source.append('#set heading(numbering: "1.1")')
    text = lambda words: words.replace("@", "\\@").replace("#", "\\#").replace("*", "\\*").replace("_", "\\_")
    for heading, body in parts:
        source.append(f"= {text(heading)}\n")
        for piece in body:
            if is_table(piece):
                cells = ", ".join(f"[{text(cell)}]" for row in piece for cell in row)
                source.append(f"#table(columns: {len(piece[0])}, {cells})\n")
            elif isinstance(piece, tuple):
                source.extend(f"- {text(step)}" for step in piece)
                source.append("")
            elif piece:
                source.append(text(piece) + "\n")
    path.write_bytes(typst.compile("\n".join(source).encode()))


def xlsx_file(path, parts):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, (heading, body) in enumerate(parts, 1):
        sheet = book.create_sheet(f"{number}")
        sheet.append([heading])
        for piece in body:
            for row in piece if is_table(piece) else [[step] for step in piece] if isinstance(piece, tuple) else [[piece]]:
                sheet.append(row)
    book.save(path)


def by_libreoffice(source, kind):
    subprocess.run(["soffice", "--headless", "--convert-to", kind, "--outdir", str(HERE), str(source)], check=True, capture_output=True)


def make(name, number):
    rng = random.Random(name)
    style = STYLES[number % len(STYLES)]
    kind, look = style.split("-", 1)
    parts, traps, labels = compose(rng, name)
    if number >= 34:
        title, lines = OTHERS[number - 34]
        parts, labels = [(title, lines)], {"found": [], "partial": []}
    path = HERE / f"{name}.{kind}"
    if kind == "docx":
        docx_file(path, name, parts, traps, look)
    elif kind == "odt":
        odt_file(path, parts, look)
    elif kind == "xlsx":
        xlsx_file(path, parts)
    elif kind == "pdf" and look != "writer":
        typst_file(path, parts, look)
    else:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / f"{name}.docx"
            docx_file(source, name, parts, traps, "styles" if kind == "doc" else "noise")
            by_libreoffice(source, "doc:MS Word 97" if kind == "doc" else "pdf")
    held_out = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == 0
    return path.name, {"style": style, "held_out": held_out, **labels}


if __name__ == "__main__":
    labels = dict(make(f"plan-{number:02}", number) for number in range(36))
    (HERE / "labels.json").write_text(json.dumps(labels, ensure_ascii=False, indent=1) + "\n")
    print(sum(one["held_out"] for one in labels.values()), "held out of", len(labels))
