/** Companies named in running text, told by their legal form: "Hartmann GmbH", "Rio Tinto plc". Read by `people.ts`, for whom a company is one more that a request can be about. */

/** Legal forms as they follow a name, of the countries whose companies are met most. */
const forms =
  "GmbH(?: & Co\\.? KGa?A?)?|AG|SE|KG(?:aA)?|UG|OHG|e\\.?V\\.|Ltd\\.?|Limited|Inc\\.?|Incorporated|Corp\\.?|Corporation|LLC|LLP|PLC|plc|S\\.A\\.(?:R\\.L\\.|S\\.)?|SA|SARL|SAS|B\\.V\\.|BV|N\\.V\\.|NV|S\\.p\\.A\\.|SpA|S\\.r\\.l\\.|Srl|S\\.L\\.|Oyj?|AB|A/S|ApS|ASA|Sp\\. z o\\.o\\.|Pty Ltd|Co\\.";
const company = new RegExp(`(?<![\\p{L}\\p{N}])(\\p{Lu}[\\p{L}\\p{N}’'-]*(?:[ ](?:&|\\p{Lu}[\\p{L}\\p{N}’'-]*)){0,3}),?[ ](?:${forms})(?![\\p{L}\\p{N}])`, "gu");
const isCompanyName = new RegExp(`[ ](?:${forms})$`, "u");

export interface CompanyName {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** In order; of the first `limit` UTF-16 units. */
export function companiesIn(text: string, limit: number = 20_000): CompanyName[] {
  return [...text.slice(0, limit).matchAll(company)].map((match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }));
}

export const isCompany = (name: string): boolean => isCompanyName.test(name);
