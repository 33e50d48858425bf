/**
 * Agent traffic as it is in production, made up but the same every time: 36 system prompts (12 features × 3 versions, 2–6 KB), conversations of 1–40 turns, tool
 * results of 0.3–20 KB of JSON, five passages of 1 KB from a pool of 20,000 before each question, answers of about 1 KB. In the middle of it a call carries
 * about 53 KB of JSON, of which some 4 KB have not been seen before.
 *
 * Words follow Zipf's law and each prefers a few successors, so that text compresses about as English does; nothing is random bytes, nothing is one sentence repeated.
 */

/** mulberry32: small, seeded, good enough for text. */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }
  /** As many small as large in orders of magnitude. */
  logBetween(low: number, high: number): number {
    return Math.round(low * (high / low) ** this.next());
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
  hex(digits: number): string {
    let out = "";
    while (out.length < digits) out += this.below(2 ** 24).toString(16).padStart(6, "0");
    return out.slice(0, digits);
  }
}

const COMMON = `the of and to a in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their we him been has when who will no more if out so up said what its about than into them can only other time new some could these two may first then do any like my now over such our man me even most made after also well did many before must through years where much your way down should because long each just state people those too mr how little good world make very year still see work life get here between both being under never day same another know while last might us great old come off since go against came right used take three himself few house use during without again place around however home small found mrs thought went say part once general high upon school every does got united left number course war until always away something fact water though less public put think almost hand enough far took head yet government system better set told nothing night end why called find going look asked later knew point next program city business give group toward young days let room word president side social given present several order national possible rather second face per among form important often things looked early white case large need big four within felt children along saw best church ever least power development light thing seemed family interest want members mind country area others done turned although open god service problem certain kind different began means sense several matter perhaps itself york times law human line above name example action company hands local show five history whether gave either today act feet across taken past quite anything having death experience body week half field word car words already information tell together college shall money period held keep sure real probably free seems political cannot behind miss question air office brought whose special heard major problems ago became federal moment study available known result street economic boy position reason change south board individual job society areas west close turn love community true court force full cost seem wife future age voice department center woman common control policy necessary following front sometimes six girl clear further land run students provide feel party able mother music education university child effect level stood military town short morning total outside rate figure class art century washington north usually plan leave therefore evidence top million sound black strong hard various says believe type value play surface soon mean near lines table peace modern tax road red book personal process situation minutes increase schools idea english alone women gone nor living months started dark finally third secretary require letter expected`.split(" ");
const CLINICAL =
  "patient dose weight infant ward chart nurse mother admission gestation birth kilogram milligram caffeine citrate gentamicin vancomycin paracetamol fluid enteral feed glucose sodium potassium bilirubin phototherapy respiratory apnoea ventilation oxygen saturation cannula umbilical catheter sepsis culture antibiotic interval trough creatinine renal hepatic neonatal premature incubator temperature review consultant registrar discharge transfer immunization screening hearing retinopathy haemoglobin transfusion platelet lactate echocardiogram ductus murmur perfusion capillary refill tone reflex seizure phenobarbital morphine sucrose consent guardian insurer claim invoice refund booking itinerary carrier parcel warehouse ledger account balance mortgage premium deductible statement ticket queue incident rollback deploy branch commit merge build cache latency replica shard index query schema migration token prompt model".split(" ");
const SYLLABLES = "ba be bi bo bra bel can cor da del der di do dra el en er fa fen for ga gen gla gor ha hel in ka ker la len li lo lu ma men mi mon na ner ni nor o pa pel per pra ra ren ri ro sa sen ser si sol sta ta tel ten ter ti to tra u va vel ver vi wen wil xa yor za zen".split(" ");

/** A vocabulary of 20,000 words and a way from one to the next. */
export class Language {
  readonly #words: readonly string[];
  readonly #successors = new Map<number, readonly number[]>();

  constructor(seed: number) {
    const random = new Random(seed);
    const words = new Set([...COMMON, ...CLINICAL]);
    while (words.size < 20_000) {
      let word = "";
      for (let left = random.between(2, 4); left > 0; left -= 1) word += random.pick(SYLLABLES);
      words.add(word);
    }
    this.#words = [...words];
  }

  /** Words until there are `units` characters, in sentences, with numbers and punctuation among them. */
  text(random: Random, units: number): string {
    let out = "";
    let word = this.#zipf(random);
    let left = random.between(6, 22);
    let starts = true;
    while (out.length < units) {
      const written = random.next() < 0.02 ? this.#figure(random) : (this.#words[word] as string);
      out += starts ? written.charAt(0).toUpperCase() + written.slice(1) : written;
      starts = false;
      left -= 1;
      if (left <= 0) {
        out += random.next() < 0.12 ? ".\n\n" : random.next() < 0.9 ? ". " : "? ";
        left = random.between(6, 22);
        starts = true;
      } else out += random.next() < 0.08 ? ", " : " ";
      word = this.#after(word, random);
    }
    return out.slice(0, units).trimEnd();
  }

  #figure(random: Random): string {
    const units = ["mg", "kg", "ml", "%", "mmol/l", "hours", "GBP", ""];
    return `${(random.next() * 10 ** random.below(4)).toFixed(random.below(3))} ${random.pick(units)}`.trimEnd();
  }
  #zipf(random: Random): number {
    return Math.min(this.#words.length - 1, Math.floor(this.#words.length ** random.next()) - 1);
  }
  /** Three words of four follow one of a word's own forty successors, the first of them most often. */
  #after(word: number, random: Random): number {
    if (random.next() > 0.75) return this.#zipf(random);
    let known = this.#successors.get(word);
    if (known === undefined) {
      const own = new Random(word * 7919 + 13);
      known = Array.from({ length: 40 }, () => this.#zipf(own));
      this.#successors.set(word, known);
    }
    return known[Math.min(39, Math.floor(40 ** random.next()) - 1)] as number;
  }
}

export interface Chunk {
  readonly sourceId: string;
  readonly text: string;
  readonly score: number;
}
export interface ToolUse {
  readonly callId: string;
  readonly name: string;
  readonly arguments: string;
  readonly result: string;
}
/** One model call as it crosses the wire, and what the app did around it. */
export interface WorkloadCall {
  readonly n: number;
  readonly atMs: number;
  readonly feature: string;
  readonly promptVersion: string;
  readonly conversation: string;
  readonly turn: number;
  readonly question: string;
  readonly chunks: readonly Chunk[];
  readonly requestBody: string;
  readonly responseBody: string;
  readonly answer: string;
  /** The tool the answer asked for; its result stands in the conversation's next request. */
  readonly tool: ToolUse | null;
  readonly parsed: string;
  readonly failedRule: string | null;
  readonly action: "accept" | "edit" | "retry" | "abandon" | null;
  readonly firstChunkMs: number;
  readonly durationMs: number;
  readonly model: string;
  /** Texts and values of this call that no call before had, one a line: what a perfect deduplicator would have to keep. */
  readonly unique: readonly string[];
}

export interface WorkloadOptions {
  readonly calls: number;
  readonly seed?: number;
  /** Conversations going on at once. */
  readonly concurrent?: number;
}

interface Conversation {
  readonly id: string;
  readonly feature: number;
  readonly version: number;
  readonly turns: number;
  turn: number;
  readonly messages: object[];
}

const FEATURES = ["dose-summary", "triage", "discharge-letter", "claims-review", "refund-agent", "code-review", "ticket-router", "itinerary", "ledger-qa", "search-answers", "contract-diff", "incident-notes"];
const TOOLS = ["get_chart", "get_weight", "search_orders", "lookup_policy", "list_tickets", "run_query"];
const MODELS = ["gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18", "gpt-4.1-2025-04-14"];
const CHUNK_POOL = 20_000;
const START_MS = Date.UTC(2025, 0, 6);

export function* workload({ calls, seed = 1, concurrent = 60 }: WorkloadOptions): Generator<WorkloadCall, undefined> {
  const language = new Language(seed);
  const random = new Random(seed + 1);
  const prompts = FEATURES.map((feature, f) =>
    [0, 1, 2].map((version) => {
      const body = language.text(new Random(f * 31 + 7), random.between(2000, 5600));
      const own = language.text(new Random(f * 31 + version + 1000), 400);
      return `You are the ${feature} assistant.\n\n${own}\n\n${body}`;
    }),
  );
  const pool = new Map<number, string>();
  const chunkText = (n: number): string => {
    let text = pool.get(n);
    if (text === undefined) pool.set(n, (text = language.text(new Random(1_000_003 + n), 1000)));
    return text;
  };
  const tools = TOOLS.map((name) => ({ type: "function", function: { name, description: language.text(new Random(name.length * 97), 160), parameters: { type: "object", properties: { id: { type: "string" }, since: { type: "string", format: "date" }, limit: { type: "integer" } }, required: ["id"] } } }));
  const usedPrompts = new Set<string>();
  const usedChunks = new Set<number>();
  const open: Conversation[] = [];
  let conversations = 0;
  let clockMs = START_MS;
  for (let n = 0; n < calls; n += 1) {
    while (open.length < concurrent) {
      const feature = random.below(FEATURES.length);
      open.push({ id: `conv-${random.hex(12)}`, feature, version: random.below(3), turns: random.between(1, 40), turn: conversations < concurrent ? random.below(3) : 0, messages: [] });
      conversations += 1;
    }
    const at = random.below(open.length);
    const conversation = open[at] as Conversation;
    const { feature, version } = conversation;
    const unique: string[] = [];
    const system = prompts[feature]?.[version] ?? "";
    if (!usedPrompts.has(system)) unique.push(system);
    usedPrompts.add(system);
    const chunks = Array.from({ length: 5 }, (): Chunk => {
      const number = Math.min(CHUNK_POOL - 1, Math.floor(CHUNK_POOL * random.next() ** 1.5));
      const text = chunkText(number);
      if (!usedChunks.has(number)) unique.push(text);
      usedChunks.add(number);
      return { sourceId: `kb/${number >> 5}#${number & 31}`, text, score: Math.round(random.next() * 1000) / 1000 };
    });
    const question = language.text(random, random.between(40, 260));
    const model = MODELS[(version + (n > calls / 2 ? 1 : 0)) % MODELS.length] as string;
    const asked = { role: "user", content: [...chunks.map(({ text }) => ({ type: "text", text })), { type: "text", text: question }] };
    const requestBody = JSON.stringify({ model: model.replace(/-\d{4}-\d\d-\d\d$/, ""), temperature: 0.2, max_tokens: 1024, messages: [{ role: "system", content: system }, ...conversation.messages, asked], tools });
    const answer = language.text(random, random.between(700, 1300));
    const tool = random.next() < 0.5 ? toolUse(language, random) : null;
    const inputTokens = Math.round(requestBody.length / 4.2);
    const outputTokens = Math.round(answer.length / 4.2);
    const message = { role: "assistant", content: answer, ...(tool === null ? {} : { tool_calls: [{ id: tool.callId, type: "function", function: { name: tool.name, arguments: tool.arguments } }] }), refusal: null };
    clockMs += random.between(40, 400);
    const responseBody = JSON.stringify({
      id: `chatcmpl-${random.hex(29)}`,
      object: "chat.completion",
      created: Math.floor(clockMs / 1000),
      model,
      choices: [{ index: 0, message, logprobs: null, finish_reason: tool === null ? "stop" : "tool_calls" }],
      usage: { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens, prompt_tokens_details: { cached_tokens: Math.floor(inputTokens * random.next()), audio_tokens: 0 }, completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 } },
      service_tier: "default",
      system_fingerprint: `fp_${(version * 7919 + 1_000_003).toString(16)}`,
    });
    const parsed = JSON.stringify({ mg: random.between(1, 90) / 10, confidence: Math.round(random.next() * 100) / 100, summary: answer.slice(0, 80) });
    const failedRule = random.next() < 0.04 ? random.pick(["dose_range", "cites_source", "no_invented_order"]) : null;
    const roll = random.next();
    const action = roll > 0.12 ? null : roll < 0.07 ? "accept" : roll < 0.1 ? "edit" : roll < 0.11 ? "retry" : "abandon";
    const firstChunkMs = random.logBetween(180, 2500);
    const durationMs = firstChunkMs + Math.round(outputTokens * (8 + random.next() * 12));
    unique.push(question, answer);
    if (tool !== null) unique.push(tool.arguments, tool.result);
    yield {
      n,
      atMs: clockMs,
      feature: FEATURES[feature] as string,
      promptVersion: `v${version + 1}`,
      conversation: conversation.id,
      turn: conversation.turn,
      question,
      chunks,
      requestBody,
      responseBody,
      answer,
      tool,
      parsed,
      failedRule,
      action,
      firstChunkMs,
      durationMs,
      model,
      unique,
    };
    conversation.messages.push({ role: "user", content: question }, message);
    if (tool !== null) conversation.messages.push({ role: "tool", tool_call_id: tool.callId, content: tool.result });
    conversation.turn += 1;
    if (conversation.turn >= conversation.turns) open.splice(at, 1);
  }
  return undefined;
}

function toolUse(language: Language, random: Random): ToolUse {
  const name = random.pick(TOOLS);
  const units = random.logBetween(300, 20_000);
  const id = random.hex(10);
  const rows: object[] = [];
  let length = 60;
  while (length < units) {
    const row = {
      id: `${name.slice(0, 3)}-${random.hex(8)}`,
      status: random.pick(["active", "pending", "closed", "cancelled"]),
      updated_at: new Date(START_MS - random.below(40_000_000_000)).toISOString(),
      amount: random.between(1, 100_000) / 100,
      unit: random.pick(["mg", "kg", "GBP", "ml"]),
      flags: { urgent: random.next() < 0.1, reviewed: random.next() < 0.6 },
      note: language.text(random, random.between(20, 180)),
    };
    rows.push(row);
    length += JSON.stringify(row).length + 1;
  }
  return { callId: `call_${random.hex(24)}`, name, arguments: JSON.stringify({ id, since: new Date(START_MS - random.below(4_000_000_000)).toISOString().slice(0, 10), limit: random.between(1, 50) }), result: JSON.stringify({ id, count: rows.length, rows }) };
}
