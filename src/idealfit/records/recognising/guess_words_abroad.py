"""The words of headers and file names in German, French, Spanish, Portuguese, Italian and Dutch.

Squashed as headers are compared: lower case, letters and digits only, accents gone ('Größe' is `grosse`, and as
people without umlauts write it, `groesse`). They come after the English words of a table.
"""

from __future__ import annotations

_COMPANY_NAME = (
    "firma firmenname unternehmen unternehmensname kunde kundenname organisationsname accountname "
    "entreprise nomentreprise nomdelentreprise societe nomsociete nomdelasociete raisonsociale nomduclient nomcompte "
    "nomducompte empresa nombreempresa nombredelaempresa razonsocial nombrecliente nombredelcliente cuenta "
    "nombredelacuenta nomedaempresa nomeempresa razaosocial nomedocliente conta nomedaconta azienda nomeazienda "
    "ragionesociale nomecliente bedrijf bedrijfsnaam klantnaam klant accountnaam organisatienaam"
)
_COMPANY_ID = (
    "kundennummer kundennr kundenid firmenid firmennummer unternehmensid debitor debitornummer debitorennummer "
    "numeroclient numclient idclient codeclient idcliente numerocliente codigocliente codigodocliente idempresa "
    "codigoempresa codigodelaempresa codigodaempresa codigoentreprise codeentreprise iddaempresa iddelaempresa "
    "nclient nrclient noclient ndeclient idducompte nodecliente ncliente codcliente codclient codigodecliente "
    "codigodelcliente codicecliente idazienda klantnummer klantnr klantid bedrijfsid relatienummer debiteurnummer"
)
_DOMAIN = "webseite internetseite internetadresse siteweb siteinternet sitioweb paginaweb sitoweb webadres site"
_INDUSTRY = (
    "branche industrie wirtschaftszweig sektor secteur secteuractivite secteurdactivite sector sectoractividad "
    "industria ramo setor segmento ramodeatividade settore sectornaam bedrijfstak"
)
_EMPLOYEES = (
    "mitarbeiter mitarbeiterzahl anzahlmitarbeiter anzahldermitarbeiter mitarbeiteranzahl beschaftigte "
    "beschaeftigte unternehmensgrosse unternehmensgroesse firmengrosse effectif effectifs nombredemployes "
    "nombredesalaries nbsalaries nbemployes tailleentreprise tailledelentreprise empleados numerodeempleados "
    "numempleados nempleados plantilla tamanodelaempresa funcionarios numerodefuncionarios colaboradores "
    "nodeempleados noempleados nodesalaries nbdesalaries nodefuncionarios ndipendenti "
    "dipendenti numerodipendenti numerodidipendenti addetti medewerkers aantalmedewerkers aantalwerknemers"
)
_REVENUE = (
    "umsatz jahresumsatz chiffredaffaires chiffreaffaires ca caannuel facturacion ingresosanuales ingresos "
    "faturamento receita receitaanual faturamentoanual fatturato fatturatoannuo ricavi omzet jaaromzet"
)
_COUNTRY = "land rechnungsland firmenland pays paysdefacturation pais paisdefacturacion paese nazione"
_REGION = "bundesland kanton regione regiao provincia provincie departement comunidad estado"
_CITY = "stadt ort ville ciudad cidade citta plaats stad woonplaats localite"
_FOUNDED = (
    "grundungsjahr gruendungsjahr gegrundet anneedecreation anneedefondation anodefundacion anofundacion "
    "anodefundacao annodifondazione annofondazione oprichtingsjaar"
)
_CREATED = (
    "erstelltam erstellungsdatum angelegtam anlagedatum eroffnet eroffnetam eroffnungsdatum datecreation "
    "datedecreation creele dateouverture datedouverture fechadecreacion fechacreacion creadoel fechadeapertura "
    "datadecriacao criadoem datadeabertura datacreazione datadicreazione creatoil datadiapertura aanmaakdatum "
    "aangemaaktop openingsdatum datum"
)
_CLOSED = (
    "abschlussdatum abgeschlossenam geschlossenam schliessdatum abschluss datecloture datedecloture "
    "datedefermeture fermele fechadecierre fechacierre cerradoel datadefechamento fechadoem datachiusura "
    "datadichiusura chiusoil sluitingsdatum afsluitdatum geslotenop"
)
_AMOUNT = (
    "betrag wert auftragswert volumen auftragsvolumen summe gesamtbetrag nettobetrag montant valeur montanttotal "
    "montantht importe monto valor importetotal valortotal montante importo valore importototale bedrag waarde "
    "totaalbedrag orderwaarde"
)
_CURRENCY = "wahrung waehrung devise moneda moeda valuta"
_OUTCOME = "ergebnis ausgang resultat resultado risultato esito uitkomst resultaat statut estado stato situacao"
_STAGE = (
    "phase verkaufsphase vertriebsphase phasenname etape etapedevente fase etapa fasedeventa fasevendita verkoopfase"
)
_OWNER = (
    "verantwortlich verantwortlicher vertriebsmitarbeiter verkaufer betreuer zustandig besitzer inhaber "
    "commercial proprietaire vendedor propietario responsable responsavel proprietario venditore responsabile "
    "verkoper eigenaar accountbeheerder"
)
_REASON = (
    "verlustgrund absagegrund grundfurverlust motifdeperte raisondeperte raisondelaperte motivodeperdida "
    "motivodeperda motivodellaperdita motivoperdita verliesreden redenverlies"
)
_SOURCE = "quelle leadquelle herkunft sourceduprospect origine origen fuente origem fonte bron leadbron herkomst"
_DEAL_NAME = "verkaufschance opportunite nomopportunite oportunidad nombredelnegocio negocio oportunidade opportunita"
_DEAL_ID = (
    "dealnr chancenr chancennr angebotsnummer auftragsnummer vorgangsnummer opportunitatsid verkaufschancenid "
    "idnegocio iddonegocio codigodonegocio codigonegocio idoportunidade idoportunidad iddelnegocio iddelaoportunidad "
    "reference referencia referenz idopportunite nopportunite nodeoportunidad nr n no"
)
_INVOICE_ID = (
    "rechnungsnummer rechnungsnr belegnummer numerofacture nfacture numerofactura nfactura fatura factuurnummer "
    "nofactura nodefactura ndefacture"
)
_INVOICE_DATE = "rechnungsdatum belegdatum datefacture datedefacture fechafactura datadafatura datafattura factuurdatum"

_LINK = {"account_id": _COMPANY_ID, "account_name": _COMPANY_NAME, "account_domain": _DOMAIN}

WORDS_ABROAD: dict[str, dict[str, str]] = {
    "accounts": {
        "account_id": f"{_COMPANY_ID} codigo code",
        "name": _COMPANY_NAME,
        "domain": _DOMAIN,
        "industry": _INDUSTRY,
        "employees": _EMPLOYEES,
        "revenue": _REVENUE,
        "country": _COUNTRY,
        "region": _REGION,
        "city": _CITY,
        "founded_year": _FOUNDED,
        "owner_id": _OWNER,
        "status": "kundenstatus statutclient estadodelcliente statusdocliente statocliente klantstatus",
        "parent_id": "muttergesellschaft konzern maisonmere empresamatriz societamadre moederbedrijf",
    },
    "deals": {
        **_LINK,
        "deal_id": _DEAL_ID,
        "name": _DEAL_NAME,
        "created_at": _CREATED,
        "closed_at": _CLOSED,
        "stage": _STAGE,
        "outcome": _OUTCOME,
        "amount": _AMOUNT,
        "currency": _CURRENCY,
        "source": _SOURCE,
        "owner_id": _OWNER,
        "loss_reason": _REASON,
        "product": "produkt produit producto produto prodotto",
        "competitor": "wettbewerber mitbewerber concurrent competidor concorrente concurrenten",
    },
    "subscriptions": {
        **_LINK,
        "started_at": "vertragsbeginn startdatum datededebut fechadeinicio datadeinicio datainizio begindatum",
        "ended_at": "vertragsende enddatum gekundigtam datedefin fechadefin datadefim datafine einddatum opgezegdop",
        "end_reason": "kundigungsgrund motifderesiliation motivodebaja motivodisdetta opzegreden",
    },
    "invoices": {
        **_LINK,
        "invoice_id": _INVOICE_ID,
        "issued_at": f"{_INVOICE_DATE} datum fecha data",
        "amount": f"{_AMOUNT} rechnungsbetrag brutto netto ttc ht",
        "currency": _CURRENCY,
    },
    "tickets": {
        **_LINK,
        "opened_at": _CREATED,
        "severity": "prioritat prioritaet priorite prioridad prioridade priorita prioriteit",
    },
    "contacts": {
        **_LINK,
        "title": "position funktion berufsbezeichnung fonction poste cargo puesto ruolo qualifica functie functietitel",
        "function": "abteilung departement service departamento reparto afdeling",
        "email": "emailadresse mail courriel adresseemail correo correoelectronico correioeletronico emailadres",
        "created_at": _CREATED,
    },
    "leads": {**_LINK, "created_at": _CREATED, "source": _SOURCE, "industry": _INDUSTRY, "country": _COUNTRY},
    "activities": {
        **_LINK,
        "activity_type": "typ art aktivitatstyp typedactivite tipo tipodeactividad tipoattivita soort",
        "occurred_at": "datum date fecha data zeitpunkt",
    },
}
"""For each table the words that come after the English ones."""

FILES_ABROAD: dict[str, str] = {
    "accounts": "kunden firmen unternehmen organisationen entreprises societes comptes empresas cuentas clientes "
    "contas aziende clienti klanten bedrijven relaties organisaties",
    "deals": "verkaufschancen opportunitaten geschafte abschlusse affaires opportunites oportunidades negocios "
    "trattative opportunita verkoopkansen kansen",
    "subscriptions": "vertrage abonnements abos contrats contratos suscripciones assinaturas contratti abbonamenti "
    "contracten abonnementen",
    "invoices": "rechnungen auftrage factures commandes facturas pedidos faturas fatture ordini facturen bestellingen",
    "contacts": "kontakte ansprechpartner personen contactos contatos contatti contacten contactpersonen",
    "tickets": "anfragen storungen demandes incidencias chamados segnalazioni",
    "activities": "aktivitaten activites actividades atividades attivita activiteiten",
}
