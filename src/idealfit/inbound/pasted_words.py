"""The words of inbound forms, in the languages that forms are written in: labels, questions, and how somebody asks.

Labels are compared squashed, as headers are: small letters and digits, accents gone ('E-Mail-Adresse' is
`emailadresse`). The labels of a company's own attributes are those of its columns (`guess_words`).
"""

from __future__ import annotations

import re
from typing import Final

ADDRESSES: Final = frozenset(
    """
    email emailaddress workemail businessemail companyemail mail youremail professionalemail corporateemail
    emailadresse mailadresse geschaeftlicheemail geschaftlicheemail adresseemail adressemail adresseelectronique
    courriel emailprofessionnel correo correoelectronico emailcorporativo correocorporativo emailprofissional
    enderecodeemail emailaziendale indirizzoemail postaelettronica emailadres epost sahkoposti adresemail
    メールアドレス メール 邮箱 电子邮件 电子邮箱 電子郵件 почта электроннаяпочта 이메일
    """.split()  # noqa: SIM905 - a list of words is easier to read as words
)
SENDERS: Final = frozenset("from replyto sender von absender expediteur remitente mittente afzender".split())  # noqa: SIM905
RECEIVERS: Final = frozenset("to cc bcc deliveredto date sent datum gesendet envoye fecha".split())  # noqa: SIM905
"""Lines of an e-mail's head that say nothing of the lead."""
OF_A_PERSON: Final = frozenset(
    """
    firstname lastname fullname contactname yourname givenname surname familyname middlename username
    phone phonenumber mobile mobilephone mobilenumber cell telephone workphone linkedin linkedinurl linkedinprofile
    salutation contact person birthday invitee attendee guest submittedby whatsapp
    vorname nachname familienname ihrname ansprechpartner kontaktperson anrede telefon telefonnummer handy
    mobilnummer rufnummer durchwahl
    prenom nomdefamille nomcomplet civilite telephonemobile portable numerodetelephone
    apellido apellidos nombrecompleto nombreyapellidos telefono telefonomovil movil celular
    sobrenome nomecompleto telefone telemovel cognome nomeecognome cellulare numeroditelefono
    voornaam achternaam telefoon telefoonnummer contactpersoon
    fornavn etternavn efternamn fornamn imie nazwisko
    お名前 氏名 名前 ご担当者名 担当者名 電話番号 姓名 联系人 电话 手机 имя фамилия телефон 이름 연락처
    """.split()  # noqa: SIM905 - a list of words is easier to read as words
)
BARE_NAMES: Final = frozenset("name nom nombre nome naam navn namn".split())  # noqa: SIM905
"""A name of whom or what? A person's where the form asks for a person, else the company's."""
ROLES: Final = frozenset(
    """
    jobtitle title role position jobrole yourrole function jobfunction seniority department
    funktion berufsbezeichnung stellung rolle abteilung poste fonction intituledeposte cargo puesto funcao ruolo
    qualifica posizione functie stanowisko 役職 部署 职位 职务 должность 직책
    """.split()  # noqa: SIM905 - a list of words is easier to read as words
)
ASKING_LABELS: Final = frozenset(
    """
    form formname formtype request requesttype reason interest interestedin subject type action eventtype topic
    betreff anliegen anfrage formular objet sujet demande asunto motivo assunto oggetto richiesta onderwerp
    ご用件 主题 тема
    """.split()  # noqa: SIM905 - a list of words is easier to read as words
)
MESSAGES: Final = frozenset(
    """
    message comment comments note notes question questions howcanwehelp howcanwehelpyou anythingelse description
    enquiry inquiry details yourmessage additionalinformation tellusmore whatbringsyouhere
    nachricht ihrenachricht bemerkung bemerkungen kommentar commentaire commentaires votremessage mensaje comentario
    comentarios mensagem messaggio commento bericht opmerking opmerkingen uwbericht
    お問い合わせ内容 内容 ご質問 留言 备注 сообщение комментарий 문의내용
    """.split()  # noqa: SIM905 - a list of words is easier to read as words
)
COMPANIES: Final = frozenset("会社名 貴社名 企業名 公司 公司名称 企业名称 компания организация 회사명 회사".split())  # noqa: SIM905
HEADS: Final = frozenset("従業員数 社員数 员工人数 员工数 公司规模 количествосотрудников 직원수".split())  # noqa: SIM905

QUESTIONS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), meaning)
    for pattern, meaning in (
        (r"\be-?mail", "address"),
        (r"\b(?:your|last|first|full) name\b|\bphone\b", "person"),
        (r"\bjob title\b|\byour (?:role|position|title)\b", "role"),
        (r"how many (?:people|employees|staff|colleagues)|(?:number|size) of (?:your )?(?:employees|people|staff|team)"
         r"|how (?:big|large) is (?:your|the) (?:company|team|organi[sz]ation|business)"
         r"|wie viele (?:mitarbeiter|menschen|personen|beschäftigte)|combien de (?:salariés|personnes|collaborateurs)"
         r"|cuántos empleados|quantos (?:funcionários|colaboradores)|quanti dipendenti|hoeveel medewerkers",
         "employees"),
        (r"(?:company|organi[sz]ation|business|firm)(?:['\u2019]s)? name"
         r"|(?:company|organi[sz]ation|business|firm) called"
         r"|name of (?:your|the) (?:company|organi[sz]ation|business|firm)|\b(?:which|what) company\b"
         r"|where do you work|who do you work for|(?:ihre?|eure?|deine?) (?:firma|unternehmen)\b"
         r"|votre (?:société|entreprise)"
         r"|(?:su|tu|sua|vostra) (?:empresa|azienda)", "name"),
        (r"\bweb ?site\b|\bdomain\b|\bhomepage\b", "domain"),
        (r"\bcountry\b|where are you (?:based|located)|where is your (?:company|headquarters?|hq)", "country"),
        (r"\bindustry\b|\bsector\b|\bbranche\b", "industry"),
        (r"\brevenue\b|\bturnover\b|\bumsatz\b", "revenue"),
        (r"\b(?:which|what)\b.*\b(?:tools?|software|systems?|technolog\w+|stack|crm)\b", "tech"),
        (r"\bhelp\b|looking for|brings? you|tell us|anything else|\bmessage\b|interested in|want to (?:see|solve)",
         "message"),
    )
)  # fmt: skip
"""What a label that is a whole question asks for, by its words; the first that fits."""

_NOUNS = (
    r"(?:demos?|démos?|d[ée]monstrations?|demostraci[oó]n|demonstra[cç][aã]o|dimostrazione|vorführung|trial|quote|"
    r"(?:a |a \d+[- ]minute )?(?:call|meeting)|pricing|prices|price list|testzugang|probezugang|angebot|"
    r"preise?n?|preisliste|"
    r"termin|gespräch|rückruf|devis|tarifs?|prix|rendez-vous|precios?|presupuesto|cotizaci[oó]n|cita|llamada|"
    r"preços?|orçamento|cotação|reunião|prezzi|preventivo|appuntamento|prijzen|offerte|afspraak|gesprek)"
)
_WISHES = (
    r"(?:book(?:ed)?|request(?:ed)?|schedule[d]?|want|would like|like|see|need|for|get|send|know|interested in|arrange|"
    r"möchte\w*|wünsch\w*|gern\w*|bitte|vereinbar\w*|buchen|anfordern|anfragen|brauchen|"
    r"souhait\w*|voudr\w*|aimer\w*|demand\w*|réserver|besoin|"
    r"quisi\w*|quer\w*|gustar\w*|solicit\w*|pedir|agendar|necesit\w*|gostar\w*|precis\w*|"
    r"vorre\w*|desider\w*|richied\w*|prenot\w*|graag|willen|aanvragen|plannen)"
)
ASKS: Final = re.compile(
    rf"\b{_WISHES}\b.{{0,40}}?\b{_NOUNS}\b|\b{_NOUNS}\b.{{0,25}}?\b(?:request|vereinbaren|buchen|"
    r"anfordern|aanvragen|plannen)\b"
    r"|contact sales|talk to (?:sales|somebody|someone)|call me|(?:pricing|demo|quote|trial) "
    r"(?:request|question|enquiry)|referred by|referral|rufen sie (?:mich|uns)|rappelez|"
    r"(?:デモ|見積|価格|料金|打ち合わせ|資料).{0,12}(?:希望|願|依頼|教え|ください)|"
    r"(?:想|希望|需要|预约|申请).{0,8}(?:演示|试用|报价|价格)|(?:хотим|хотел\w*|прошу|нужн\w*).{0,20}(?:демо|цен|звон|встреч)",
    re.IGNORECASE | re.DOTALL,
)
"""Somebody asks to be spoken with: for a demo, prices, a trial, a call, or on somebody's word."""
_NOTS = r"(?:no|not|never|don['\u2019]?t|without|kein\w*|nicht|pas (?:de|besoin)|sin|não|senza|geen|niet)"
NOT_ASKED: Final = re.compile(rf"\b{_NOTS}\b\W*(?:\w+\W+){{0,2}}$", re.IGNORECASE)
"""What turns an asking around, where it stands right before it."""
NOT_IN_IT: Final = re.compile(rf"\b{_NOTS}\b", re.IGNORECASE)
"""The same, within it: 'wir brauchen kein Angebot'."""
ASKED_FOR: Final = frozenset("demo pricing quote trial referral sales demorequest requestademo contactsales".split())  # noqa: SIM905
