/** Equal people join, different ones never do. */
import { randomBytes } from "node:crypto";
import { pseudonymsIn } from "@whysaid/recorder/format";
import { createRedactor } from "@whysaid/recorder/redact";

const GIVEN = "Ana Bea Carla Dora Elsa Fina Gita Hana Ines Jana Kara Lena Mona Nora Olga Petra Rita Sara Tina Uma Vera Wilma Xenia Yara Zoe Aldo Bruno Carlo Dario Elio Fabio Gino Hugo Ivan Jonas Karol Luca Mario Nico Otto".split(" ");
const FAMILY = "García Smith Young Müller Nguyen O'Brien Kowalski Rossi Silva Andersson Dubois Novak Yılmaz Popescu Ivanova Haddad Okafor Tanaka Kim Singh Fernández Lopez-Roberts Kelmendi Karlsen Bianchi".split(" ");

/** Prints a table; true when a figure was missed. */
export function joins(): boolean {
  const redactor = createRedactor({ key: randomBytes(32), vault: "none" });
  let shared = 0;
  let family = 0;
  const pairs = 1_000;
  for (let index = 0; index < pairs; index += 1) {
    const surname = FAMILY[index % FAMILY.length] as string;
    const [a, b] = [GIVEN[index % GIVEN.length] as string, GIVEN[(index + 1 + (index % 37)) % GIVEN.length] as string];
    if (a === b) continue;
    const text = `${a} ${surname} (2.1 kg) and ${b} ${surname} (3.4 kg)`;
    const [first, second] = [...pseudonymsIn(redactor.root.with({ persons: [{ given: a, family: surname }, { given: b, family: surname }] }).text(text, { signal: "input" }))];
    if (first?.parts[0] === second?.parts[0] || first === undefined || second === undefined) shared += 1;
    if (first !== undefined && first.parts.slice(1).join(".") === second?.parts.slice(1).join(".")) family += 1;
  }

  let joined = 0;
  const people = 500;
  for (let index = 0; index < people; index += 1) {
    const [given, surname, mrn] = [GIVEN[index % GIVEN.length] as string, FAMILY[(index * 7) % FAMILY.length] as string, String(1_000_000 + index * 7919)];
    const scope = redactor.root.with({ subject: { given, family: surname, mrn } });
    // As a prompt, a tool's arguments and result, a chunk and an answer would say it.
    const texts = [
      scope.text(`You look after ${given} ${surname}, MRN ${mrn}.`, { signal: "input" }),
      scope.text(JSON.stringify({ patient: `${surname}, ${given}`, mrn: Number(mrn) }), { signal: "toolCalls" }),
      scope.text(JSON.stringify({ name: [{ family: surname, given: [given] }], id: mrn }), { signal: "toolCalls" }),
      scope.text(`${surname.toUpperCase()}, ${given.charAt(0)}. (${mrn.slice(0, 3)}-${mrn.slice(3)}) weighs 2.1 kg`, { signal: "chunks" }),
      scope.text(`${given}'s weight is 2.1 kg.`, { signal: "completion" }),
    ];
    const found = texts.map((text) => [...pseudonymsIn(text)]);
    const names = new Set(found.flat().filter((one) => one.type === "PERSON").map((one) => one.parts.join(".")));
    const ids = new Set(found.flat().filter((one) => one.type === "ID").map((one) => one.parts.join(".")));
    if (names.size === 1 && ids.size === 1 && found.every((one) => one.some((each) => each.type === "PERSON"))) joined += 1;
  }
  console.log("\nJoins\n");
  console.log(`one person in prompt, arguments, result, chunk and answer: one pseudonym   ${joined} of ${people}`);
  console.log(`two people of one surname: given parts shared                              ${shared} of ${pairs} (to reach: 0)`);
  console.log(`                           family parts shared                             ${family} of ${pairs}`);
  return joined !== people || shared !== 0;
}
