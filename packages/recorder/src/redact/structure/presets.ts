/** Policies to start from. A preset is a plain `Policy`: spread one and change what you must. */
import type { Policy, Rule } from "./policy.ts";

const take = (type: string, keys: string): Record<string, Rule> => Object.fromEntries(keys.split(" ").map((key) => [key, { take: type }]));

const PERSON_KEYS =
  "firstName lastName givenName familyName surname middleName fullName patientName patientFirstName patientLastName maidenName mothersMaidenName nickname displayName_person guardianName contactName customerName customerFirstName customerLastName userFullName first_name last_name nombre apellidos apellido vorname nachname prenom attendingPhysician nextOfKin emergencyContactName";
const ID_KEYS = "mrn medicalRecordNumber medicalRecord patientId patient_id patientNumber accountNumber acctNumber memberId subscriberId policyNumber nationalId passportNumber passport driversLicense licenseNumber nhsNumber nhc insuranceId encounterNumber visitNumber healthPlanNumber vin licensePlate deviceSerial";
const DATE_KEYS = "dob dateOfBirth birthDate birthday birth_date deathDate dateOfDeath";
const CONTACT: Record<string, Rule> = {
  ...take("PHONE", "phone phoneNumber mobile mobilePhone cellPhone homePhone workPhone telephone fax faxNumber"),
  ...take("EMAIL", "email emailAddress mail userEmail contactEmail"),
  ...take("LOCATION", "streetAddress street addressLine1 addressLine2 homeAddress postalAddress mailingAddress"),
  ...take("SSN", "ssn socialSecurityNumber"),
  ...take("IP", "ipAddress clientIp remoteAddr"),
};
const SECRET_KEYS = take("SECRET", "password passwd secret apiKey api_key accessToken refreshToken clientSecret privateKey authorization sessionToken bearerToken cookie");

/** HIPAA Safe Harbor's eighteen identifiers (45 CFR 164.514(b)(2)), with FHIR and HL7 rules. */
const healthcare: Policy = {
  name: "healthcare/1",
  packs: ["fhir", "hl7", "messages"],
  keys: { ...take("PERSON", PERSON_KEYS), ...take("ID", ID_KEYS), ...take("DATE", DATE_KEYS), ...CONTACT, ...SECRET_KEYS },
};
/** Personal data as GDPR article 4(1) reads: identifiers and contact details of anybody. */
const gdpr: Policy = {
  name: "gdpr/1",
  packs: ["fhir", "hl7", "messages"],
  keys: { ...take("PERSON", PERSON_KEYS), ...take("ID", ID_KEYS), ...take("DATE", DATE_KEYS), ...CONTACT, ...SECRET_KEYS },
};
/** Tokens, keys and passwords; personal data stays readable unless it is declared. */
const secretsOnly: Policy = { name: "secrets-only/1", packs: ["messages"], keys: SECRET_KEYS, secretsOnly: true, types: ["SECRET"] };

export type PresetName = "healthcare" | "gdpr" | "secrets-only";
export const presets: Readonly<Record<PresetName, Policy>> = { healthcare: healthcare, gdpr: gdpr, "secrets-only": secretsOnly };
