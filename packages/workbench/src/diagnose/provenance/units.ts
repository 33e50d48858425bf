/** Units a number can carry: each with its dimension and its size in the dimension's base, so that 2.1 kg and 2100 g are one value. */
export interface Unit {
  readonly name: string;
  readonly dimension: string;
  /** In base units of the dimension: g, l, m, s, byte, m², kcal …; 1 where units of a dimension are not converted into one another. */
  readonly factor: number;
}

const unit = (dimension: string, factor: number, ...names: readonly string[]): readonly (readonly [string, Unit])[] => {
  const made: Unit = { name: names[0] ?? "", dimension, factor };
  return names.map((name) => [name, made] as const);
};

/** Lower-case spellings, in the languages units are usually spelled in. Case matters for nothing here but `Mg`, which nobody writes for a tonne. */
const units: ReadonlyMap<string, Unit> = new Map([
  ...unit("mass", 1, "g", "gram", "grams", "gramm", "gramme", "grammes", "gramos", "grammi"),
  ...unit("mass", 1e-3, "mg", "milligram", "milligrams", "milligramm", "miligramos"),
  ...unit("mass", 1e-6, "µg", "μg", "mcg", "ug", "microgram", "micrograms", "mikrogramm"),
  ...unit("mass", 1e-9, "ng", "nanogram", "nanograms"),
  ...unit("mass", 1e3, "kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramm"),
  ...unit("mass", 1e6, "tonne", "tonnes"),
  ...unit("mass", 453.592_37, "lb", "lbs", "pound-mass"),
  ...unit("mass", 28.349_523_125, "oz", "ounce", "ounces"),
  ...unit("dose per mass", 1e-3, "mg/kg"),
  ...unit("dose per mass", 1e-6, "µg/kg", "μg/kg", "mcg/kg"),
  ...unit("dose per mass", 1, "g/kg"),
  ...unit("dose per time", 1, "mg/day", "mg/d"),
  ...unit("dose per time", 24, "mg/h"),
  ...unit("concentration", 1, "mg/ml", "g/l"),
  ...unit("concentration", 1e-2, "mg/dl"),
  ...unit("concentration", 1e-3, "µg/ml", "μg/ml", "mcg/ml", "mg/l"),
  ...unit("molarity", 1, "mmol/l"),
  ...unit("molarity", 1e-3, "µmol/l", "μmol/l", "umol/l"),
  ...unit("volume", 1, "l", "liter", "liters", "litre", "litres", "litro", "litros"),
  ...unit("volume", 1e-3, "ml", "cc", "milliliter", "milliliters", "millilitre", "millilitres"),
  ...unit("volume", 1e-2, "cl"),
  ...unit("volume", 1e-1, "dl"),
  ...unit("length", 1, "m", "meter", "meters", "metre", "metres", "metros"),
  ...unit("length", 1e-2, "cm", "centimeter", "centimeters", "centimetre", "centimetres"),
  ...unit("length", 1e-3, "mm", "millimeter", "millimeters", "millimetre", "millimetres"),
  ...unit("length", 1e3, "km", "kms", "kilometer", "kilometers", "kilometre", "kilometres", "kilómetros"),
  ...unit("length", 1609.344, "mi", "mile", "miles"),
  ...unit("length", 0.3048, "ft", "foot", "feet"),
  ...unit("length", 0.0254, "inch", "inches"),
  ...unit("time", 1, "s", "sec", "secs", "second", "seconds", "sekunden", "segundos", "secondes"),
  ...unit("time", 1e-3, "ms", "millisecond", "milliseconds"),
  ...unit("time", 60, "min", "mins", "minute", "minutes", "minuten", "minutos"),
  ...unit("time", 3600, "h", "hr", "hrs", "hour", "hours", "stunde", "stunden", "hora", "horas", "heure", "heures"),
  ...unit("time", 86_400, "d", "day", "days", "tag", "tage", "tagen", "día", "días", "dias", "jour", "jours"),
  ...unit("time", 604_800, "week", "weeks", "woche", "wochen", "semana", "semanas", "semaine", "semaines"),
  ...unit("months", 1, "month", "months", "monat", "monate", "mes", "meses", "mois"),
  ...unit("months", 12, "year", "years", "yr", "yrs", "jahr", "jahre", "jahren", "año", "años", "an", "ans"),
  ...unit("temperature C", 1, "°c", "celsius"),
  ...unit("temperature F", 1, "°f", "fahrenheit"),
  ...unit("share", 1, "%", "percent", "per cent", "prozent", "pct"),
  ...unit("bytes", 1, "byte", "bytes"),
  ...unit("bytes", 1e3, "kb"),
  ...unit("bytes", 1e6, "mb"),
  ...unit("bytes", 1e9, "gb"),
  ...unit("bytes", 1e12, "tb"),
  ...unit("activity", 1, "iu", "ie"),
  ...unit("energy", 1, "kcal", "calories"),
  ...unit("power", 1, "w", "watt", "watts"),
  ...unit("power", 1e3, "kw"),
  ...unit("power", 1e6, "mw"),
  ...unit("pressure", 1, "mmhg"),
  ...unit("rate", 1, "bpm"),
  ...unit("USD", 1, "$", "usd", "us$", "dollar", "dollars"),
  ...unit("EUR", 1, "€", "eur", "euro", "euros"),
  ...unit("GBP", 1, "£", "gbp", "pound", "pounds"),
  ...unit("JPY", 1, "¥", "jpy", "yen"),
  ...unit("INR", 1, "₹", "inr", "rupees"),
]);

/** Words that multiply: `3.2 million`. */
const multipliers: ReadonlyMap<string, number> = new Map([
  ["k", 1e3],
  ["thousand", 1e3],
  ["tausend", 1e3],
  ["mil", 1e3],
  ["million", 1e6],
  ["millions", 1e6],
  ["mn", 1e6],
  ["millionen", 1e6],
  ["millones", 1e6],
  ["billion", 1e9],
  ["billions", 1e9],
  ["bn", 1e9],
  ["trillion", 1e12],
]);

export const unitNamed = (word: string): Unit | null => units.get(word) ?? units.get(word.toLowerCase()) ?? null;
export const multiplierNamed = (word: string): number | null => multipliers.get(word.toLowerCase()) ?? null;

/** Every other way to write the same quantity: the value in each unit of the dimension. */
export function conversions(value: number, from: Unit): { readonly value: number; readonly unit: Unit }[] {
  const found: { value: number; unit: Unit }[] = [];
  const seen = new Set<number>([from.factor]);
  for (const to of units.values()) {
    if (to.dimension !== from.dimension || seen.has(to.factor)) continue;
    seen.add(to.factor);
    found.push({ value: tidy((value * from.factor) / to.factor), unit: to });
  }
  return found;
}

/** Twelve significant digits: what survives a conversion and back. */
export const tidy = (value: number): number => Number(value.toPrecision(12));
