"""Writes test.tsv, the set by which the categories are judged: real domains of authorities, schools
and firms of 27 countries and addresses of people in business, collected by hand; names and VAT
numbers are drawn.

    pip install python-stdnum==2.2
    python judge.py

A row: category, first name, last name, email, VAT number. Nothing here comes from the lists in
data/domains/ or from train.py. In an address {f} and {l} are first and last name, {i} the initial.
VAT numbers are of the kind of payer where the country has kinds; one in twelve has a wrong check
digit, as real input has.
"""

import random
import unicodedata
from pathlib import Path

from vat import draw_vat, spoil

SEED = 771_204
ROLES = "info office sales accounts contact admin billing".split()

NAMES = {
    "IT": "Giulia Bianchi,Marco Esposito,Francesca Conti,Paolo Rinaldi,Chiara De Santis,Stefano Villa",
    "DE": "Katrin Vogel,Jürgen Schäfer,Lena Brandt,Thomas Köhler,Sabine Krüger,Uwe Lindemann",
    "FR": "Camille Lefèvre,Julien Moreau,Élodie Garnier,Thierry Roussel,Sophie Lambert,Hugo Perrin",
    "ES": "Lucía Navarro,Javier Ortega Ruiz,Marta Iglesias,Sergio Cano,Elena Vidal Pons,Raúl Prieto",
    "PT": "Inês Carvalho,Tiago Nogueira,Rita Figueiredo,Nuno Tavares,Marta Simões,Rui Pacheco",
    "NL": "Sanne Kuipers,Bram van den Heuvel,Femke Postma,Ruben Dekker,Lotte Verhoeven,Jeroen Bos",
    "BE": "Lien Claes,Pieter Wouters,Aurélie Dumont,Maxime Lambrecht,Elke Peeters,Koen Maes",
    "AT": "Johanna Gruber,Lukas Steiner,Barbara Pichler,Florian Moser,Eva Leitner,Martin Egger",
    "CH": "Nadja Baumann,Reto Zbinden,Céline Favre,Urs Ammann,Corinne Gerber,Beat Hofer",
    "GB": "Emily Harding,Callum Whitfield,Priya Nair,Owen Prichard,Hannah Boyle,Marcus Thorne",
    "IE": "Aoife Brennan,Cian O'Sullivan,Niamh Kavanagh,Declan Foley,Róisín Daly,Eoin Hickey",
    "DK": "Mette Kjær,Rasmus Holm,Freja Lund,Anders Dahl,Signe Østergaard,Jakob Bach",
    "SE": "Ebba Lindqvist,Oskar Nyström,Maja Åkesson,Viktor Hedlund,Elin Sandberg,Axel Forsberg",
    "NO": "Ingrid Haugen,Sindre Bakke,Marte Solberg,Håkon Strand,Silje Moen,Eirik Lie",
    "FI": "Aino Mäkelä,Eero Lehtonen,Sanna Koskinen,Antti Salmi,Riikka Hakala,Jari Nurmi",
    "EE": "Liis Tamm,Kristjan Kask,Maarja Saar,Rasmus Sepp",
    "LV": "Ilze Ozola,Jānis Bērziņš,Līga Kalniņa,Mārtiņš Liepa",
    "LT": "Rūta Kazlauskienė,Mantas Petrauskas,Eglė Stankutė,Tomas Jankus",
    "PL": "Agnieszka Wójcik,Marcin Zieliński,Ewa Szymańska,Piotr Kaczmarek,Joanna Lis,Adam Wrona",
    "CZ": "Lucie Dvořáková,Petr Novotný,Tereza Horáková,Jakub Marek,Hana Králová,Ondřej Bureš",
    "SK": "Zuzana Kováčová,Martin Horváth,Lenka Tóthová,Peter Baláž",
    "HU": "Eszter Molnár,Gábor Szalai,Réka Fodor,Balázs Hegedűs,Katalin Barta,Zoltán Vass",
    "RO": "Andreea Munteanu,Cristian Dobre,Ioana Rusu,Radu Ionescu,Elena Stan,Vlad Matei",
    "BG": "Мария Иванова,Георги Петров,Елена Димитрова,Николай Стоянов",
    "HR": "Ivana Kovačević,Marko Babić,Petra Jurić,Tomislav Knežević",
    "SI": "Maja Zupan,Gregor Kos,Nina Potočnik,Aleš Golob",
    "GR": "Ελένη Παππά,Νίκος Αντωνίου,Katerina Georgiou,Dimitris Laskaris",
}

PUBLIC = {
    "IT": "comune.bergamo.it comune.sestosangiovanni.mi.it pec.comune.lecce.it regione.sardegna.it cittametropolitana.mi.it provincia.cuneo.it aslto4.piemonte.it ausl.bologna.it ulss6.veneto.it cert.comune.verona.it interno.it questura.torino.it comunediassisi.org asppalermo.org arpa.puglia.it",
    "DE": "stadt-muenster.de kreis-borken.de bmf.bund.de stmi.bayern.de landkreis-goslar.de essen.de gemeinde-weyarn.de polizei.nrw.de bezirksamt-neukoelln.de vg-nieder-olm.de justiz.hessen.de stadtwerke-lemgo.de regierung-mittelfranken.de",
    "FR": "mairie-toulouse.fr ville-rouen.fr interieur.gouv.fr nantesmetropole.fr loire-atlantique.fr ars.sante.fr departement13.fr prefecture-paris.fr ville-massy.fr mairie-lyon.fr eurelien.fr ccas-brest.fr communaute-paysbasque.fr",
    "ES": "ayto-caceres.es aytosalamanca.es malaga.eu zaragoza.es dip-badajoz.es gencat.cat mjusticia.es inclusion.gob.es ajuntament.barcelona.cat vigo.org donostia.eus juntadeandalucia.es policia.es",
    "PT": "cm-lisboa.pt cm-porto.pt cm-evora.pt jf-alvalade.pt arsnorte.min-saude.pt at.gov.pt mun-setubal.pt",
    "NL": "rotterdam.nl gemeentewestland.nl provincie-utrecht.nl minvws.nl haarlem.nl wetterskipfryslan.nl ggd.amsterdam.nl belastingdienst.nl",
    "BE": "antwerpen.be just.fgov.be vlaanderen.be stad.gent namur.be cpas-charleroi.be police.belgium.eu gemeente-zemst.be",
    "AT": "wien.gv.at linz.at bmi.gv.at graz.at salzburg.gv.at gemeinde-lech.at stadt-salzburg.at",
    "CH": "zuerich.ch bafu.admin.ch lausanne.ch vd.ch stadt-zuerich.ch gemeinde-horgen.ch ville-ge.ch",
    "GB": "camden.gov.uk met.police.uk uhb.nhs.uk hmrc.gov.uk cardiff.gov.uk digital.mod.uk parliament.uk nhs.net",
    "IE": "dublincity.ie corkcoco.ie hse.ie justice.ie revenue.ie",
    "DK": "kk.dk aarhus.dk regionh.dk politi.dk odense.dk sktst.dk",
    "SE": "stockholm.se goteborg.se trafikverket.se malmo.se regionskane.se umea.se",
    "NO": "oslo.kommune.no bergen.kommune.no nav.no skatteetaten.no viken.no",
    "FI": "espoo.fi turku.fi thl.fi vero.fi poliisi.fi",
    "EE": "tallinnlv.ee rik.ee tartu.ee", "LV": "riga.lv vid.gov.lv", "LT": "vilnius.lt vmi.lt sam.lrv.lt",
    "PL": "um.wroc.pl mf.gov.pl um.poznan.pl powiat.krakow.pl ug.lesznowola.pl gmina-raszyn.pl",
    "CZ": "mfcr.cz brno.cz mesto-uh.cz praha3.cz kr-vysocina.cz obec-dobrichovice.cz",
    "SK": "bratislava.sk minv.sk mesto-trnava.sk", "HU": "budapest.hu nav.gov.hu szeged.hu miskolc-onkormanyzat.hu",
    "RO": "primariatm.ro pmb.ro anaf.ro cjcluj.ro primariaiasi.ro", "BG": "sofia.bg nra.bg mon.government.bg varna.bg",
    "HR": "zagreb.hr split.hr mup.hr opcina-viskovo.hr", "SI": "ljubljana.si maribor.si gov.si",
    "GR": "cityofathens.gr thessaloniki.gr aade.gr dimos-larisa.gr",
}

EDUCATION = {
    "IT": "unibo.it polimi.it liceoparini.edu.it posta.istruzione.it studenti.unipd.it icsmanzoni.edu.it scuolagalilei.it liceoartisticobrera.it uniroma2.it itisrossi.vi.it cnr.it",
    "DE": "uni-koeln.de tum.de hs-augsburg.de gymnasium-ohlstedt.de ruhr-uni-bochum.de fraunhofer.de goethe-gymnasium.de grundschule-eching.de htwk-leipzig.de charite.de waldorfschule-kassel.de",
    "FR": "sorbonne-universite.fr univ-lyon1.fr insa-lyon.fr ac-versailles.fr lycee-henri4.fr u-bordeaux.fr ens-lyon.fr collegestmichel.fr ecole-centrale.fr ecole-saintejoseph.fr",
    "ES": "upm.es ucm.es educa.madrid.org uab.cat ieslaserna.es us.es colegiosanjose.es escuelaarte.org um.es xtec.cat ceipcervantes.es",
    "PT": "ulisboa.pt up.pt uminho.pt ua.pt ae-alcanena.pt ipleiria.pt",
    "NL": "uva.nl tudelft.nl hva.nl stedelijkgymnasium.nl rug.nl basisschooldevlinder.nl",
    "BE": "kuleuven.be ugent.be hogent.be uliege.be ulb.be college-saint-hubert.be",
    "AT": "univie.ac.at tuwien.ac.at hak-linz.at gymnasium-hallein.at ph-noe.ac.at",
    "CH": "ethz.ch unige.ch zhaw.ch epfl.ch kantonsschule-baden.ch",
    "GB": "ox.ac.uk manchester.ac.uk kings.peterborough.sch.uk etoncollege.org.uk leedscitycollege.ac.uk stmarysprimaryschool.co.uk",
    "IE": "tcd.ie ucd.ie atu.ie stkevinscollege.ie", "DK": "ku.dk dtu.dk rosborg-gym.dk aau.dk roskildekatedralskole.dk",
    "SE": "lu.se kth.se gu.se engelskaskolan.se ki.se", "NO": "uio.no ntnu.no uib.no oslomet.no", "FI": "helsinki.fi aalto.fi tuni.fi oulu.fi",
    "EE": "ut.ee taltech.ee", "LV": "rtu.lv lu.lv", "LT": "vu.lt ktu.lt", "PL": "uw.edu.pl agh.edu.pl pw.edu.pl zsl.gda.pl lo2.szkola.pl",
    "CZ": "cuni.cz vut.cz muni.cz gymnazium-kladno.cz", "SK": "uniba.sk stuba.sk zsnovohradska.sk", "HU": "elte.hu bme.hu fazekas.hu szte.hu",
    "RO": "ubbcluj.ro unibuc.ro upb.ro scoala49.ro", "BG": "uni-sofia.bg tu-sofia.bg", "HR": "unizg.hr fer.hr uniri.hr",
    "SI": "uni-lj.si um.si", "GR": "auth.gr ntua.gr sch.gr uoa.gr",
}

CORPORATE = {
    "IT": "brembo.it technogym.com lavazza.com officinegalli.it rossicostruzioni.com gruppohera.it salumificiovalli.it meccanicabz.it arredo3.it pastificiosgambaro.it interpump.it elettrotecnicabrescia.com sicilgrano.it barberini.it",
    "DE": "trumpf.com dachser.com fendt.com mueller-maschinenbau.de kaercher.com sanitaer-hartmann.de hosta.de baumarkt-nord.de enercon.de spedition-kunze.de rational-online.com druckerei-wolf.de autohaus-lang.de tischlerei-hein.de",
    "FR": "decathlon.com bic.com garage-duval.fr boulangeriedupont.fr capgemini.com ateliers-du-rhone.fr transports-chevalier.fr biocoop.fr sodexo.com menuiserie-lebrun.fr ldlc.com",
    "ES": "mercadona.es inditex.com transportes-lopez.com talleresgarcia.es bodegasmuga.com grupolar.es aceitesdelsur.es cafeslacolonial.es construccionesibericas.es seur.net",
    "PT": "sonae.pt edp.pt delta-cafes.pt corticeira-amorim.pt transportesmaia.pt vinhosdodouro.com", "NL": "asml.com coolblue.nl bakkerijdevries.nl installatiebedrijf-bos.nl picnic.nl vanderwaltransport.nl bouwgroepzuid.nl",
    "BE": "colruyt.be umicore.com bouwbedrijfpeeters.be brouwerijduvel.be garage-maes.be", "AT": "voestalpine.com red-bull.at holzbau-gruber.at tischlerei-huber.at hotelpost.at",
    "CH": "nestle.com freitag.ch chocolatfrey.ch garage-moser.ch ricola.com", "GB": "tesco.com brewdog.com hartleybuilders.co.uk greggs.co.uk northsealogistics.co.uk dyson.co.uk",
    "IE": "ryanair.com kerrygroup.com murphybrewery.ie galwayoysters.ie", "DK": "maersk.com bestseller.com toemrer-holm.dk joeandthejuice.dk", "SE": "ericsson.com ikea.se byggfirma-lund.se polarbrod.se",
    "NO": "equinor.com telenor.no fjordlaks.no rema.no", "FI": "kone.com nokia.com fazer.fi rakennusliike-lehto.fi", "EE": "bolt.eu harjuelekter.ee", "LV": "latvenergo.lv printful.com", "LT": "vinted.com pienozvaigzdes.lt",
    "PL": "orlen.pl allegro.pl drukarnia-lotos.pl mebleforte.com.pl transbud.pl", "CZ": "skoda-auto.cz alza.cz stavby-novak.cz pekarna-kabat.cz", "SK": "eset.sk tatravagonka.sk", "HU": "mol.hu richter.hu fornetti.hu",
    "RO": "bitdefender.com dedeman.ro panifcom.ro", "BG": "sopharma.bg telerik.com", "HR": "podravka.hr infobip.com", "SI": "petrol.si krka.biz", "GR": "ote.gr kotsovolos.gr masoutis.gr",
}

FORMS = {
    "IT": ["{l}srl@libero.it", "amministrazione@{l}srl.it", "officina{l}snc@gmail.com", "{l}.spa@legalmail.it"],
    "DE": ["buchhaltung@{l}-gmbh.de", "{l}gmbh@t-online.de"], "FR": ["contact@{l}-sarl.fr", "{l}sarl@orange.fr"],
    "ES": ["administracion@{l}sl.com", "{l}sl@gmail.com"], "PT": ["geral@{l}lda.pt"], "NL": ["info@{l}bv.nl"], "BE": ["facturen@{l}nv.be"],
    "GB": ["accounts@{l}ltd.co.uk", "{l}ltd@btinternet.com"], "CZ": ["{l}sro@seznam.cz"], "PL": ["biuro@{l}-spzoo.pl"],
}

# People in business on their own: their names as domains, their professions, private mailboxes.
FREELANCE = {
    "IT": ["{f}@{f}{l}.it", "info@studio{l}.it", "avv.{l}@pec.ordineavvocati.it", "{f}.{l}@ingpec.eu", "{f}@{l}.me", "{f}{l}@libero.it", "{f}.{l}@gmail.com", "{l}.{f}@archiworldpec.it", "info@{f}{l}fotografo.it", "{f}@studiolegale{l}.it"],
    "DE": ["mail@{f}-{l}.de", "kontakt@{l}-fotografie.de", "{f}.{l}@gmx.de", "{f}@{l}-design.de", "praxis@physiotherapie-{l}.de", "{f}.{l}@web.de", "kanzlei@rechtsanwalt-{l}.de", "hallo@{f}{l}.com"],
    "FR": ["{f}@{f}{l}.fr", "{f}.{l}@orange.fr", "contact@{l}-architecte.fr", "{f}.{l}@free.fr", "bonjour@{f}-{l}.com", "{i}{l}@avocat.fr", "{f}.{l}@wanadoo.fr"],
    "ES": ["{f}{l}@gmail.com", "hola@{f}{l}.es", "{f}.{l}@hotmail.com", "{f}@{l}abogados.com", "{f}{l}@yahoo.es", "info@{f}{l}fotografia.com"],
    "PT": ["{f}.{l}@gmail.com", "{f}@{f}{l}.pt", "{f}{l}@sapo.pt"], "NL": ["{f}@{f}{l}.nl", "{f}.{l}@gmail.com", "info@{l}tekstschrijver.nl", "{f}@{l}coaching.nl"],
    "BE": ["{f}@{f}{l}.be", "{f}.{l}@telenet.be", "info@architect{l}.be"], "AT": ["office@{f}-{l}.at", "{f}.{l}@gmx.at", "ordination@dr-{l}.at"],
    "CH": ["{f}@{f}{l}.ch", "{f}.{l}@bluewin.ch", "info@{l}-coaching.ch"], "GB": ["{f}@{f}{l}.co.uk", "{f}.{l}@gmail.com", "hello@{f}{l}photography.com", "{f}@{l}consulting.co.uk"],
    "IE": ["{f}@{f}{l}.ie", "{f}{l}@eircom.net"], "DK": ["{f}@{f}{l}.dk", "{f}.{l}@gmail.com"], "SE": ["{f}@{f}{l}.se", "{f}.{l}@telia.com"], "NO": ["post@{f}{l}.no", "{f}.{l}@online.no"],
    "FI": ["{f}@{f}{l}.fi", "{f}.{l}@gmail.com"], "EE": ["{f}.{l}@gmail.com"], "LV": ["{f}.{l}@inbox.lv"], "LT": ["{f}.{l}@gmail.com"],
    "PL": ["{f}.{l}@wp.pl", "{f}@{f}{l}.pl", "biuro@{l}-architekt.pl", "{f}.{l}@onet.pl"], "CZ": ["{f}.{l}@seznam.cz", "{f}@{f}{l}.cz"], "SK": ["{f}.{l}@gmail.com"],
    "HU": ["{f}.{l}@freemail.hu", "{f}.{l}@gmail.com"], "RO": ["{f}.{l}@yahoo.com", "{f}@{f}{l}.ro"], "BG": ["{f}.{l}@abv.bg"], "HR": ["{f}.{l}@gmail.com"], "SI": ["{f}@{f}{l}.si"], "GR": ["{f}.{l}@gmail.com", "info@{l}-law.gr"],
}

# A small firm that has no domain, found by its VAT number or, in most countries, not at all.
SMALL_FIRM = {cc: [f"{{f}}.{{l}}@{host}"] for cc, host in {
    "ES": "gmail.com", "PT": "sapo.pt", "CZ": "seznam.cz", "LV": "inbox.lv", "BG": "abv.bg", "SE": "telia.com", "IT": "libero.it",
    "DE": "t-online.de", "FR": "orange.fr", "PL": "wp.pl", "NL": "ziggo.nl", "GR": "gmail.com"}.items()}

THROW_AWAY = "mailinator.com yopmail.com guerrillamail.com 10minutemail.com trashmail.com sharklasers.com getnada.com maildrop.cc temp-mail.org dispostable.com".split()
HANDLES = "test44 qwe asd99 k3j2 tmp.user zz9 joe.nobody aaa abc123 mm".split()


def folded(name, country=""):
    if country in ("DE", "AT", "CH"):
        name = name.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    for one, other in (("ß", "ss"), ("ø", "o"), ("Ø", "O"), ("æ", "ae"), ("ł", "l"), ("Ł", "L"), ("đ", "d")):
        name = name.replace(one, other)
    letters = dict(zip("абвгдежзийклмнопрстуфхцчшщъьюяΕλένηΠαππάΝίκοςΑντωνίου", [
        *"abvgde", "zh", *"ziyklmnoprstufh", "ts", "ch", "sh", "sht", "a", "", "yu", "ya", *"eleniPappaNikosAntoniou"]))
    name = "".join(letters.get(c, letters.get(c.lower(), c)) for c in name)
    name = unicodedata.normalize("NFD", name)
    return "".join(c for c in name.lower() if c.isalnum() and c.isascii())


def person(rng, country):
    first, last = rng.choice(NAMES[country].split(",")).split(" ", 1)
    return first, last


def at(rng, domain, country, first, last):
    if rng.random() < 0.2:
        return f"{rng.choice(ROLES)}@{domain}"
    f, l = folded(first, country), folded(last, country)
    return rng.choice([f"{f}.{l}", f"{f[0]}.{l}", f"{f}", f"{l}"]) + "@" + domain


def rows(rng):
    for label, kind, table in [
        ("public-sector", "public", PUBLIC), ("education", "school", EDUCATION), ("corporate", "company", CORPORATE),
    ]:
        for country, domains in table.items():
            for domain in domains.split():
                first, last = person(rng, country)
                yield label, kind, country, first, last, at(rng, domain, country, first, last)
    for label, kind, table in [
        ("corporate", "company", FORMS), ("freelance", "person", FREELANCE), ("corporate", "company", SMALL_FIRM),
    ]:
        for country, shapes in table.items():
            for shape in shapes:
                first, last = person(rng, country)
                f, l = folded(first, country), folded(last, country)
                yield label, kind, country, first, last, shape.format(f=f, l=l, i=f[0])
    for domain in THROW_AWAY * 3:
        country = rng.choice(list(NAMES))
        first, last = person(rng, country)
        local = rng.choice([rng.choice(HANDLES), folded(first)])
        yield "disposable", rng.choice(["company", "person"]), country, first, last, f"{local}@{domain}"
    for host in "gmail.com hotmail.com outlook.com yahoo.com gmx.de libero.it orange.fr proton.me icloud.com wp.pl".split():
        first, last = person(rng, rng.choice(list(NAMES)))
        yield "unknown", "nobody", "", first, last, f"{folded(first)}{rng.randint(1, 99)}@{host}"


def main():
    rng = random.Random(SEED)
    lines = [f"# written by judge.py, seed {SEED}\n"]
    for label, kind, country, first, last, email in rows(rng):
        number = draw_vat(rng, country, kind)
        if kind != "nobody" and rng.random() < 1 / 12:
            number = spoil(rng, number)
        lines.append("\t".join([label, first, last, email, number]) + "\n")
    Path(__file__).with_name("test.tsv").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
