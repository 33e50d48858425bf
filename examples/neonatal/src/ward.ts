/**
 * The ward of the demo: patients and their chart notes. All of it is made up.
 *
 * Two things matter: the Reyes twins share a surname, and the notes are what retrieval searches.
 */
export interface Patient {
  readonly mrn: string;
  readonly given: string;
  readonly family: string;
  readonly name: string;
  readonly dob: string;
  readonly weightKg: number;
}
export interface ChartNote {
  readonly sourceId: string;
  readonly mrn: string;
  readonly text: string;
}

const patient = (mrn: string, given: string, family: string, dob: string, weightKg: number): Patient => ({ mrn, given, family, name: `${given} ${family}`, dob, weightKg });

export const patients: readonly Patient[] = [
  patient("00417733", "Mateo", "Reyes", "2026-11-02", 3.2),
  patient("00417734", "Lucia", "Reyes", "2026-11-02", 2.1),
  patient("00418120", "Amara", "Okafor", "2026-10-28", 2.8),
  patient("00418266", "Jonas", "Lindqvist", "2026-11-11", 3.6),
  patient("00418301", "Priya", "Raman", "2026-11-14", 2.4),
  patient("00418377", "Tomasz", "Wieczorek", "2026-11-15", 1.9),
  patient("00418402", "Hana", "Sato", "2026-11-17", 3.1),
  patient("00418459", "Eleni", "Papadakis", "2026-11-19", 2.6),
];

/** Notes of one patient; the newest weight stands in note 3. */
function notesOf(baby: Patient, index: number): ChartNote[] {
  const header = `${baby.family}, ${baby.given} · MRN ${baby.mrn} · DOB ${baby.dob}`;
  const birthKg = (baby.weightKg - 0.3).toFixed(1);
  const chart = 870 + index;
  const note = (position: number, text: string): ChartNote => ({ sourceId: `chart/${chart}#${position}`, mrn: baby.mrn, text: `${header}\n${text}` });
  return [
    note(1, `Admission note. Birth weight ${birthKg} kg. Suspected early-onset sepsis; blood culture taken, umbilical line placed. Gentamicin and ampicillin started per unit protocol.`),
    note(2, `Nursing note. Feeding ${10 + index * 2} mL every 3 h by gavage, tolerated well. Temperature 36.${6 + (index % 3)} °C in the incubator. Parents visited and did skin-to-skin care.`),
    // The twins are weighed on consecutive days: the sibling's note is the newest one that says "Reyes" and "weight".
    note(3, `Daily weight 2026-11-${index === 1 ? 25 : 24}: ${baby.weightKg.toFixed(1)} kg. Gaining as expected. Next gentamicin level before the third dose.`),
    note(4, `Physician note. Creatinine 0.${5 + (index % 4)} mg/dL, urine output 2.${index} mL/kg/h. Continue antibiotics until culture is negative at 48 h.`),
  ];
}

export const chartNotes: readonly ChartNote[] = patients.flatMap(notesOf);
export const patientByMrn = (mrn: string): Patient | undefined => patients.find((one) => one.mrn === mrn);
