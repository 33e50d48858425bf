/**
 * What a word can be a sign of: the labels, titles, units and nouns that the rules look for around a value. One map from a word's
 * hash to its role bits, so that a text's words are looked up once for all rules.
 */
import { wordHash } from "./fold.ts";
import { WordTable, wordSet, type WordSet } from "./word-table.ts";

export interface Roles {
  /** Stands before a name and is taken with it: Dr., Mrs., Sra., Herr. */
  readonly title: number;
  /** Labels a name: name, nombre, surname, apellidos, attending. */
  readonly nameLabel: number;
  /** Names a person's part in the text: patient, mother, nurse, paciente. */
  readonly person: number;
  readonly month: number;
  readonly weekday: number;
  readonly streetSuffix: number;
  readonly streetPrefix: number;
  readonly facility: number;
  /** Labels an identifier whatever it looks like: MRN, NHC, passport. */
  readonly idLabel: number;
  /** Labels an identifier when it stands right beside it: id, record, case, account, ref. */
  readonly idNoun: number;
  readonly phoneLabel: number;
  readonly dateLabel: number;
  readonly placeLabel: number;
  /** Stands before a place: in, from, at. */
  readonly placeCue: number;
  /** Verbs and words that stand beside a person's name: said, asked, thanks, lives. */
  readonly personCue: number;
  readonly unit: number;
  /** Labels a number that carries meaning: LOINC, ICD, version, model, stage. */
  readonly codeLabel: number;
  readonly org: number;
  /** Makes the capitalised word before it an eponym: disease, syndrome, score, sign. */
  readonly eponymHead: number;
  /** Stands after a name: Jr., MD, RN, PhD. */
  readonly nameSuffix: number;
  /** Stands inside a name: de, van der, bin. */
  readonly particle: number;
  /** Capitalised, and no name: days, drugs, eponyms, nationalities. */
  readonly notName: number;
  /** Stands between a label and its value: is, number, no, of. */
  readonly connector: number;
  readonly ssnLabel: number;
  readonly stateCode: number;
  readonly zipLabel: number;
  readonly cardLabel: number;
  /** Greets the person named next, or takes leave of the one named next: dear, hi, thanks. */
  readonly greeting: number;
  readonly ageLabel: number;
  /** Makes a name label sure: the field is a person's own name, not a thing's. */
  readonly personField: number;
  /** Labels an identifier of a machine's doing: request, trace, message. */
  readonly techLabel: number;
  /** Labels a whole address line. */
  readonly addressLine: number;
}

/** One bit a role. */
export const role: Roles = {
  title: 1 << 0,
  nameLabel: 1 << 1,
  person: 1 << 2,
  month: 1 << 3,
  weekday: 1 << 4,
  streetSuffix: 1 << 5,
  streetPrefix: 1 << 6,
  facility: 1 << 7,
  idLabel: 1 << 8,
  idNoun: 1 << 9,
  phoneLabel: 1 << 10,
  dateLabel: 1 << 11,
  placeLabel: 1 << 12,
  placeCue: 1 << 13,
  personCue: 1 << 14,
  unit: 1 << 15,
  codeLabel: 1 << 16,
  org: 1 << 17,
  eponymHead: 1 << 18,
  nameSuffix: 1 << 19,
  particle: 1 << 20,
  notName: 1 << 21,
  connector: 1 << 22,
  ssnLabel: 1 << 23,
  stateCode: 1 << 24,
  zipLabel: 1 << 25,
  cardLabel: 1 << 26,
  greeting: 1 << 27,
  ageLabel: 1 << 28,
  personField: 1 << 29,
  techLabel: 1 << 30,
  addressLine: 1 << 31,
};

/** Persons whose names are read in every chart: "Wells score", "Murphy sign". Surnames all the same where the text speaks of a person. */
const eponymNames =
  "parkinson alzheimer alzheimers crohn crohns hodgkin hodgkins apgar cushing addison graves hashimoto raynaud sjogren sjögren marfan turner klinefelter down edwards patau huntington wernicke korsakoff meniere ménière bell babinski chaddock hoffmann romberg glasgow framingham wells ranson child pugh mcisaac centor doppler gleason breslow clark karnofsky barthel braden norton silverman ballard bishop wood murphy mcburney rovsing kernig brudzinski trendelenburg lachman tinel phalen foley kaposi burkitt wilms ewing barrett dupuytren colles galeazzi baker achilles eustachian fallopian langerhans schwann purkinje golgi gram giemsa ziehl neelsen papanicolaou pap western southern northern eastern coombs mantoux schilling rinne weber snellen holter kaplan meier cox kruskal wallis mann whitney wilcoxon fisher bonferroni pearson spearman student bayes markov gauss gaussian monte carlo likert cronbach legionella salmonella escherichia staphylococcus streptococcus pseudomonas klebsiella candida aspergillus helicobacter chlamydia borrelia lyme ebola zika epstein barr kawasaki takayasu behcet behçet churg strauss wegener goodpasture guillain barre barré charcot marie tooth duchenne becker friedreich tourette asperger rett angelman prader willi williams noonan ehlers danlos osler weil lou gehrig creutzfeldt jakob hirschsprung meckel zenker mallory weiss boerhaave whipple billroth nissen roux peyronie fournier bartholin bowen paget merkel stevens johnson swyer fanconi bartter gitelman conn liddle gaucher fabry pompe tay sachs niemann pick krabbe hurler hunter";

const lists: Readonly<Record<keyof typeof role, string>> = {
  title:
    "herrn familie fam dr drs dra doctor doctora docteur doktor mr mrs ms miss mx mister prof professor profesor profesora professeur sir madam madame mme mlle mademoiselle monsieur herr frau sr sra srta srs don dona señor señora señorita senhor senhora signor signora sig dott dottor dottoressa dhr mevr mevrouw fru fröken rev reverend fr father sister brother pastor rabbi imam capt captain cpt lt lieutenant sgt sergeant col colonel gen general maj cmdr commander sen senator rep congressman congresswoman gov governor pres president chancellor justice judge hon lady lord dame king queen prince princess pope saint detective officer inspector coach nurse sheriff baron baroness count countess duke duchess earl sultan emir sheikh cardinal bishop archbishop bishop deacon dres",
  nameLabel:
    "name names named nombre nombres apellido apellidos surname lastname firstname fullname givenname familyname patientname username displayname nom noms prenom prénom vorname nachname familienname cognome nome sobrenome naam achternaam voornaam first last given family maiden alias aka médico medico facultativo remitido responsable attending ordering referring provider prescriber physician clinician author signed autor patient patientin paciente paziente payer payee beneficiary recipient sender customer client contact employee cardholder holder insured subscriber guarantor resident kunde client cliente von-bis from to cc bcc attn owner assignee manager reviewer reporter approver requester nurse firmado unterschrift arzt behandelnder hausarzt médecin medecin doctor dokter pediatrician obstetrician surgeon consultant dictated transcribed verified witness spouse",
  person:
    "patient patients pt pts patientin paciente pacientes paziente baby infant newborn neonate child boy girl man woman male female lady gentleman mother father mom dad mum parent son daughter brother sister sibling twin husband wife spouse partner uncle aunt cousin grandmother grandfather grandma grandpa guardian caregiver niece nephew friend colleague nurse doctor physician surgeon resident intern pediatrician midwife therapist pharmacist dentist client customer employee student teacher madre padre hijo hija hermano hermana esposo esposa marido mujer abuelo abuela tío tía primo prima niño niña varón granddaughter grandson grandchild grandparent stepmother stepfather stepson stepdaughter fiancé fiancée girlfriend boyfriend widow widower neighbour neighbor roommate carer teenager toddler mama mamá papa papá maman tante oncle neveu nièce cousine enfant bébé bebé nieto nieta sobrino sobrina suegra suegro novio novia pareja kind säugling baby tochter oma opa enkel enkelin ehemann ehefrau figlio figlia moglie marito nonno nonna bambino bambina menino menina avó avô marida complainant respondent defendant plaintiff applicant tenant witness mutter vater sohn tochter bruder schwester mère père fils fille frère soeur mãe pai filho filha irmão irmã enfermera enfermero case yo year-old",
  month:
    "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene abr ago dic januar februar märz maerz april mai juni juli oktober dezember mrz okt dez janvier février fevrier mars avril juin juillet août aout septembre octobre novembre décembre decembre janv févr avr juil déc janeiro fevereiro março maio junho julho setembro outubro dezembro fev set out gennaio febbraio aprile maggio giugno luglio settembre ottobre novembre dicembre gen mag giu lug januari februari maart mei augustus jänner",
  weekday:
    "monday tuesday wednesday thursday friday saturday sunday lunes martes miércoles jueves viernes sábado domingo montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche",
  streetSuffix:
    "street st str avenue ave av road rd boulevard blvd lane ln drive dr court ct place pl square sq terrace ter way parkway pkwy highway hwy circle cir trail trl close crescent cres grove row walk mews alley plaza loop turnpike pike crossing xing heights hts hill gardens gdns gate expressway freeway fwy path run ridge view vista bend cove corner corners creek estate estates fields glen green harbor island junction knoll lake landing manor meadow meadows mill orchard park pass point ports ranch river spring springs station summit valley viaduct village bypass causeway common drives extension flat ford forge fork fort forest gateway haven hollow inlet isle keys lodge mall mission motorway mount mountain neck oval overpass parade passage pine plain plains prairie radial rapid rest route shoal shore skyway spur stravenue stream throughway trace track trafficway tunnel underpass union unions vale ville wall well wells straat laan weg plein gracht kade singel dreef strasse straße gasse platz allee ring ufer damm vej gade vägen gatan veien gata katu tie utca út ut ulica ulice",
  streetPrefix:
    "calle avenida avda plaza paseo camino carretera ctra ronda travesía glorieta callejón urbanización urb pasaje rambla bulevar alameda rue avenue boulevard bd allée allee chemin impasse quai cours place via viale piazza corso vicolo largo rua travessa praça praca estrada alameda rodovia vía carrera cra cl avinguda carrer passeig passatge plaça kalea ulica ul aleja av avd",
  facility:
    "med ctr general hospital hospitals hosp clinic clinics clínica clinica klinik klinikum krankenhaus hôpital hopital clinique ospedale centro center centre infirmary hospice sanatorium sanatorio ambulatorio policlínica policlinico medical health healthcare facility office nicu icu er ward institute instituto institut universidad university college school residencia nursing campus pharmacy farmacia lab laboratory laboratorio ziekenhuis sjukhus sygehus",
  idLabel:
    "mrn nhc cip cipa nass mpi ehr emr uhid hospno pid accession passport pasaporte passeport reisepass passaporto passaporte nif nie dni cif ssn nino nhs cpf cnpj cns curp rfc bsn aadhaar pan tfn sin medicare medicaid npi dea nir insee steuerid steuernummer versichertennummer krankenversicherungsnummer fallnr fallnummer patientennummer licence license licencia lizenz permis matrícula matricula kennzeichen plate vin imei imsi iccid policy póliza poliza police acct encounter episodio expediente colegiado numcol numcolegiado ncolegiado legajo enrollment membership beneficiary mbi hicn patientid patientnumber medicalrecordnumber accountnumber policynumber membernumber memberid subscriberid studentid visitnumber csn gmc sns nhi chi routing aba registration sorn uprn dossiernummer bsnr lanr ehic",
  idNoun:
    "tracking utente userid customerid caseid employeeid id ids identifier identification identificación identificador record records número numero number num no nr nro case code rec ref reference referencia file account member insurance health medical plan group visit admission serial device badge employee student registration reg certificate claim order ticket invoice customer client user specimen sample barcode lot historia expediente ficha dossier numéro nummer kundennummer vertragsnummer rechnungsnummer aktenzeichen konto cuenta afiliado asegurado seguro social versicherung mutuelle processo prontuário utente processo chart patient paciente pt subject participant",
  phoneLabel:
    "telfs telfno tlfno tfnos telef phone phones telephone tel tele tlf tfno tfn tfno teléfono telefono telf móvil movil celular cell cellphone mobile handy mob fax telefon téléphone telephone telefone telemóvel contact call calls called calling reach dial text texted ring sms whatsapp pager beeper hotline fijo rufnummer mobil mobiltelefon cellulare fon home work contacto llamar",
  dateLabel:
    "dob doa dod birth birthdate birthday born dateofbirth nacimiento nacido nacida nac geb geboren geburtsdatum naissance né née nee nascimento nascido nascida nascita nato nata geboortedatum admitted admission discharged discharge ingreso alta date fecha datum data dated deceased died death expires expiry exp issued visit seen",
  placeLabel:
    "address addresses addr domicilio dirección direccion adresse anschrift indirizzo endereço endereco adres city town ciudad localidad población poblacion municipio provincia province county stadt ort wohnort ville comune città citta cidade concelho birthplace país pais country land pays paese state región region street streetaddress line location residence hometown birthcity lugar place procedencia domicile plaats stad addressline",
  placeCue:
    "in at from near en desde von aus bei in nach à chez em de a to visit visited visiting moved lives living live resides residing reside located based born nació natural vive reside residente wohnt wohnhaft habite domiciliado outside around across through toward towards leaving flew fly traveled travelled travel travelling traveling trip go going went back arrived arriving welcome visits left",
  personCue:
    "said says told received weighs presented complained takes needs arrived gets got asked replied wrote writes called calls met meets knows thinks thought wants wanted needs says asks reports reported denies states stated explained added noted lives moved works worked born married named accompanied spoke speak speaks visited sees saw loves loved likes hated suggests wondered laughed smiled nodded whispered shouted answered claimed argues argued believed believes felt feels dijo dice comentó refiere presenta sagte dit",
  unit:
    "mg mcg µg ug g kg gr gram grams gramos kilos kilo lb lbs oz ml dl l cl liter litre liters cc iu ui u units unit meq mmol mol nmol pmol umol mosm mmhg cmh bpm lpm rpm hz khz mhz ghz kcal cal kj hr hrs h hour hours horas hora min mins minute minutes minutos s sec secs seconds segundos ms ns day days días dias día dia wk wks week weeks semanas semana mo mos month months meses mes yr yrs year years años año ans jahre jahren jahr anni anos mm cm m km in inch inches ft mi miles yards acres percent por ciento c f k fps px kb mb gb tb pb kbps mbps usd eur gbp dollars euros dólares tokens tablets tabs tab caps puffs drops gtt gotas comprimidos mcl pg ng fl mv kv ma kpa pa bar atm psi w kw gy cgy sv msv copies cells cfu ppm ppb mph kmh beats times veces fold x kilometers kilometres meters metres feet billion million thousand millones people patients pacientes students children women men cases episodes visits sessions doses cycles ciclos pounds bpm mgdl",
  codeLabel:
    "icd icd9 icd10 loinc snomed rxnorm cpt hcpcs ndc atc cvx drg mesh omim pmid pmc doi isbn issn nct version ver v release build model gpt claude llama gemini stage grade grado type tipo class clase phase fase level nivel gene chromosome exon port status error http line step chapter page pages figure fig table section room habitación bed cama floor apgar asa gcs bmi imc score nyha child-pugh edss ecog vas hba1c hb hgb wbc rbc plt inr crp esr ph spo2 fio2 peep na k cl bun cr ef egfr psa ldl hdl tsh bp ta fc fr rr hr temp t wt ht weight peso height talla dose dosis token tokens latency port pid trace seed total count score index rows row column size length width height timeout limit offset duration took elapsed max min avg mean sum",
  org:
    "inc ltd llc llp corp corporation company co gmbh ag sa sl slu srl spa bv nv plc kg ohg ab as oy group holdings partners associates bank banco foundation association institutes survey survey ministry society union league club team party committee council commission agency department ministry institute laboratories labs pharma pharmaceuticals therapeutics technologies systems solutions software networks records pictures studios entertainment press publishing times magazine journal radio television tv channel airlines airways motors railway railroad army navy force regiment brigade division corps battalion festival award awards championship cup olympics olympic album band orchestra choir theatre theater museum library church cathedral airport stadium arena museum act treaty prize court congress parliament senate house museum stadium river lake mountain mount island islands sea ocean bay gulf valley canyon desert park forest bridge tower castle palace street road county district province state university college school academy guidelines guideline trial study studies consortium registry cohort initiative protocol criteria conference symposium",
  eponymHead:
    "disease syndrome score scale sign test index criteria classification reflex phenomenon lymphoma sarcoma tumor tumour procedure operation maneuver manoeuvre method technique law formula equation effect reaction cells cell body bodies gland duct canal fracture palsy paralysis ataxia dystrophy disorder encephalopathy cardiomyopathy contracture hernia ulcer nodes node spots rash stain medium agar virus bacillus fever colitis ileitis thyroiditis arteritis granulomatosis esophagus oesophagus loop tube space pouch fascia ligament triangle point line angle bundle fibers fibres membrane catheter stent graft shunt valve flap incision position diet rule theorem algorithm distribution model process chain kernel transform number constant theory principle factor ratio curve test-retest transporter receptor pathway heart study studies risk analysis t-test regression estimator plot staining blot enfermedad síndrome escala signo prueba índice clasificación maniobra reflejo fenómeno linfoma krankheit syndrom zeichen maladie syndrome doença síndrome malattia sindrome approximation correction survival hazard hazards coefficient correlation rank exact agent chart criterion curve cyst diverticulum's",
  nameSuffix: "jr sr ii iii iv md phd rn do np pa dds dvm esq cpa mba msc bsc frcs facs mph lpn cna rph pharmd dnp crna facp mbbs frcp dmd",
  particle: "de del la las los da do dos das di du des van von der den ter ten te zu zur zum al el bin ibn ben bint abu le lo y e i of st san santa af av dello della dalla",
  notName:
    "i the a an and or mon tue wed thu fri sat sun xyz abc mc god lord jesus christ allah santa bible supreme empire emperor war north south east west central upper lower greater dna rna ip id os pc tv us uk eu un usa uae but if then else when while for with without this that these those there here it its he she they we you my your our his her their what which who whom whose why how where is are was were be been being am do does did done has have had will would can could shall should may might must not no yes ok okay please thank thanks hello hi hey dear sorry well oh ah wow just also very more most many much some any all none each every both few one two three four five six seven eight nine ten first second third next last new old good great best better bad big small high low long short early late today tomorrow yesterday now never always often sometimes again still even only than as at by from in into of off on onto out over to under up upon about after before between during through until because since so such too american african afghan albanian algerian argentine argentinian armenian australian austrian bangladeshi belarusian belgian bolivian bosnian brazilian bulgarian burmese cambodian chilean colombian croatian cuban czech dominican ecuadorian egyptian estonian ethiopian filipino ghanaian guatemalan haitian hungarian icelandic indonesian iranian iraqi israeli jamaican jordanian kazakh kenyan kurdish kuwaiti latvian lebanese libyan lithuanian malaysian maltese mongolian moroccan nepalese nigerian norse pakistani palestinian panamanian paraguayan peruvian romanian saudi serbian singaporean slovak slovene slovenian somali sudanese swiss syrian taiwanese tamil thai tibetan tunisian ugandan ukrainian uruguayan uzbek venezuelan vietnamese welsh yemeni zambian zimbabwean southern northern eastern western anglo celtic arabic persian hebrew hindi hindu buddhist sikh protestant lutheran methodist baptist mormon asian european hispanic latino latina caucasian british english french german spanish italian portuguese dutch russian chinese japanese korean indian mexican canadian australian jewish christian muslim islamic catholic arab black white native mediterranean nordic roman greek latin turkish polish swedish danish norwegian finnish irish scottish welsh christmas easter ramadan hanukkah thanksgiving halloween " +
    eponymNames +
    " " +
    "lisinopril metformin humira enbrel xarelto eliquis coumadin warfarin plavix lipitor tylenol advil motrin aspirin ibuprofen ozempic wegovy keytruda prozac zoloft lexapro xanax ambien synthroid lasix nexium insulin lantus losartan atorvastatin amlodipine metoprolol omeprazole prednisone gabapentin amoxicillin azithromycin gentamicin vancomycin ampicillin ceftriaxone caffeine furosemide dash covid sars mers hiv aids hpv mri ct ecg ekg eeg icu nicu er ed or ot pt iv im po prn bid tid qid cdc fda ada aha acc who nih ema nice json xml html http https sql api url uri uuid sdk cli css rest get post put delete patch true false null undefined nan none string number boolean object array function class const let var return import export default async await promise error exception traceback file line module index node python java typescript javascript react vue angular docker linux windows macos ios android google microsoft apple amazon meta facebook twitter openai anthropic claude gemini gpt llama mistral chatgpt github gitlab youtube instagram linkedin netflix spotify",
  connector: "is are was no nr num number número numero the a of for del de la el es ist est é lautet and on at with id code y under to numbers",
  ssnLabel: "ssn ssns itin tin ein",
  stateCode: "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr gu vi ab bc mb nb nl ns nt nu on pe qc sk yt nsw qld vic tas act",
  zipLabel: "zip zipcode postcode postalcode postal cp plz cep cap codepostal códigopostal postleitzahl código codigo",
  cardLabel: "card cards tarjeta karte kreditkarte carte carta cartão visa mastercard amex discover cc credit debit cvv",
  greeting: "dear hi hello hey hola estimado estimada querido querida liebe lieber geehrte geehrter bonjour cher chère caro cara prezado prezada olá ola ciao buongiorno thanks thank regards sincerely cheers saludos atentamente gracias grüße gruß cordialement merci welcome greetings congratulations bye goodbye morning afternoon evening best",
  personField:
    "patient patients patientname paciente patientin paziente surname lastname firstname fullname givenname familyname middlename last first middle given maiden apellido apellidos nombre nombres vorname nachname familienname prenom prénom cognome sobrenome achternaam voornaam attending ordering referring prescriber prescribed physician clinician facultativo médico medico responsable provider author signed firmado holder insured cardholder guarantor spouse subscriber beneficiary payer payee nurse doctor surgeon person employee student recipient owner mother father",
  techLabel:
    "request requests trace span session run message event invocation correlation response completion chunk call tool tools run thread job task build commit object choice choices index model batch file upload fingerprint sdk resp req function chat system org organization project assistant conversation previous item output input log step node cluster container image pod worker queue topic deployment release stream parent root block transaction etag cache api client key bucket resource instance device host app page component element module block",
  addressLine: "address addr addressline addressline1 street streetaddress domicilio dirección direccion adresse anschrift indirizzo endereço endereco adres line",
  ageLabel: "age aged edad alter âge idade età leeftijd",
};

/** Name of a month (folded, any of the languages) → 1 … 12. */
const monthNames: readonly string[] = [
  "january jan enero ene januar janvier janv janeiro gennaio gen januari jänner",
  "february feb febrero februar février fevrier févr fevereiro fev febbraio februari",
  "march mar marzo märz maerz mrz mars março maart",
  "april apr abril abr avril avr aprile",
  "may mayo mai maio maggio mag mei",
  "june jun junio juni juin junho giugno giu",
  "july jul julio juli juillet juil julho luglio lug",
  "august aug agosto ago août aout augustus",
  "september sep sept septiembre setiembre septembre setembro set settembre",
  "october oct octubre oktober okt octobre outubro out ottobre ott",
  "november nov noviembre novembre novembro",
  "december dec diciembre dic dezember dez décembre decembre déc dezembro dicembre",
];

const eponymSet: WordSet = wordSet(eponymNames);

/** Hashes of the words that are known from eponyms. */
export const eponyms = (): WordSet => eponymSet;

let roleTable: WordTable | undefined;
let monthMap: Map<number, number> | undefined;

export function roles(): WordTable {
  roleTable ??= new WordTable((Object.entries(lists) as [keyof typeof role, string][]).flatMap(([name, words]) => words.split(" ").map((word): [number, number] => [wordHash(word), role[name]])));
  return roleTable;
}

/** 1 … 12 by the hash of a month's name. */
export function months(): ReadonlyMap<number, number> {
  if (monthMap === undefined) {
    monthMap = new Map();
    for (const [at, names] of monthNames.entries()) for (const name of names.split(" ")) monthMap.set(wordHash(name), at + 1);
  }
  return monthMap;
}
