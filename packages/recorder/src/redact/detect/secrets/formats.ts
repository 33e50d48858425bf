/**
 * Token formats of providers, as their public documentation and the tokens' own prefixes show them. One line a format: rule, prefix, what follows.
 * The prefix is the gate: a word that does not begin with one costs one look-up.
 *
 * `w` is [A-Za-z0-9], `x` hex, `d` a digit, `u` [A-Z0-9], `l` [a-z0-9], `v` [\w-] (base64url), `b` base64; a number or range follows each.
 */
const formats = `
github-token ghp_ w36
github-token gho_ w36
github-token ghu_ w36
github-token ghs_ w36
github-token ghr_ w36,76
github-fine-grained github_pat_ [\\w]40,100
gitlab-token glpat- v20,64(?:\\.[a-z0-9]{2}\\.[a-z0-9]{9})?
gitlab-token gldt- v20,64
gitlab-token glft- v20,64
gitlab-token glsoat- v20,64
gitlab-token glrt- v20,64
gitlab-token glrtr- v20,64
gitlab-token glptt- x40
gitlab-token glcbt- [\\w]1,5_v20,64
gitlab-token glagent- v50,64
gitlab-token glimt- v25,64
gitlab-token glffct- v20,64
gitlab-token gloas- w64
gitlab-token GR1348941 v20,27
openai-key sk-proj- v20,200
openai-key sk-svcacct- v40,200
openai-key sk-admin- v40,200
openai-key sk-None- v40,200
openai-key sk- w20T3BlbkFJ[A-Za-z0-9]20
openai-key sk- w40,64
anthropic-key sk-ant-api03- v93AA
anthropic-key sk-ant-admin01- v93AA
anthropic-key sk-ant-oat01- v80,120
anthropic-key sk-ant-ort01- v80,120
anthropic-key sk-ant-sid01- v80,140
openrouter-key sk-or-v1- x64
langfuse-key sk-lf- [\\da-f-]36
langfuse-key pk-lf- [\\da-f-]36
langsmith-key lsv2_pt_ x32_x10
langsmith-key lsv2_sk_ x32_x10
langsmith-key ls__ x32
deepseek-key sk- x32
groq-key gsk_ w52
xai-key xai- w80
perplexity-key pplx- w48
replicate-token r8_ w37
huggingface-token hf_ [a-zA-Z]34
huggingface-token hf_ w34
huggingface-token api_org_ [a-zA-Z]34
fireworks-key fw_ w22,26
together-key tgp_v1_ v43
cerebras-key csk- w48
nvidia-key nvapi- v64
mistral-agent ag: x8:\\d{8}:[\\w-]{1,64}:x8
pinecone-key pcsk_ [\\w]60,75
voyage-key pa- v43
jina-key jina_ v60
tavily-key tvly- w32
tavily-key tvly-dev- w32
firecrawl-key fc- x32
weights-and-biases wandb_v1_ v77,90
aws-access-key AKIA [A-Z2-7]16
aws-access-key ASIA [A-Z2-7]16
aws-access-key ABIA [A-Z2-7]16
aws-access-key ACCA [A-Z2-7]16
aws-access-key A3T [A-Z0-9][A-Z2-7]16
aws-bedrock-key ABSK b109,269
aws-bedrock-key bedrock-api-key- b40,400
google-api-key AIza v35
google-oauth-secret GOCSPX- v28
google-oauth-token ya29. v20,500
google-refresh-token 1//0 v40,120
azure-storage AccountKey= b86
azure-devops AZDO w40,80
azure-app-config Endpoint=https:// [^;\\s]{5,80};Id=[^;\\s]{4,40};Secret=b28,90
cloudflare-origin-ca v1.0- x24-x146
digitalocean-token dop_v1_ x64
digitalocean-token doo_v1_ x64
digitalocean-token dor_v1_ x64
slack-token xoxb- \\d{8,14}-\\d{8,14}[a-zA-Z0-9-]{0,60}
slack-token xoxb- \\d{8,14}-[a-zA-Z0-9]{14,30}
slack-token xoxp- (?:\\d{7,14}-){2,3}[a-zA-Z0-9-]{8,36}
slack-token xoxe- \\d-[a-zA-Z0-9]{140,180}
slack-token xoxe- (?:\\d{7,14}-){3}[a-zA-Z0-9-]{28,36}
slack-token xoxe.xoxb- \\d-[a-zA-Z0-9]{160,180}
slack-token xoxe.xoxp- \\d-[a-zA-Z0-9]{160,180}
slack-token xapp- \\d-[A-Za-z0-9]{8,14}-\\d{10,15}-[a-z0-9]{40,70}
slack-token xoxa- (?:\\d-)?[0-9a-zA-Z]{8,48}
slack-token xoxr- (?:\\d-)?[0-9a-zA-Z]{8,48}
slack-token xoxo- \\d{5,14}-\\d{5,14}-\\d{5,14}-[a-f\\d]{8,64}
slack-token xoxs- \\d{5,14}-\\d{5,14}-\\d{5,14}-[a-f\\d]{8,64}
slack-webhook https://hooks.slack.com/ (?:services|workflows|triggers)/[A-Za-z0-9+/]{43,60}
teams-webhook https:// [a-z0-9]+\\.webhook\\.office\\.com/webhookb2/[a-z0-9-]{36}@[a-z0-9-]{36}/IncomingWebhook/[a-z0-9]{32}/[a-z0-9-]{36}
discord-webhook https://discord.com/api/webhooks/ \\d{17,20}/[\\w-]{60,80}
discord-webhook https://discordapp.com/api/webhooks/ \\d{17,20}/[\\w-]{60,80}
discord-token mfa. v84
stripe-key sk_live_ w10,120
stripe-key sk_test_ w10,120
stripe-key sk_prod_ w10,120
stripe-key rk_live_ w10,120
stripe-key rk_test_ w10,120
stripe-key rk_prod_ w10,120
stripe-webhook whsec_ [A-Za-z0-9+/=]{32,70}
square-token EAAA v22,64
square-token sq0atp- v22
square-token sq0csp- v43
square-token sq0idp- v22
paypal-token access_token$production$ w16\\$x32
braintree-token access_token$sandbox$ w16\\$x32
plaid-token access-sandbox- x8-x4-x4-x4-x12
plaid-token access-development- x8-x4-x4-x4-x12
plaid-token access-production- x8-x4-x4-x4-x12
flutterwave-key FLWSECK_TEST- [a-h0-9]{12,32}(?:-X)?
flutterwave-key FLWPUBK_TEST- [a-h0-9]{32}-X
flutterwave-key FLWSECK- [a-f0-9]{32}-X
shopify-token shpat_ [a-fA-F0-9]{32}
shopify-token shpca_ [a-fA-F0-9]{32}
shopify-token shppa_ [a-fA-F0-9]{32}
shopify-token shpss_ [a-fA-F0-9]{32}
shippo-token shippo_live_ x40
shippo-token shippo_test_ x40
easypost-token EZAK w54
easypost-token EZTK w54
duffel-token duffel_test_ [\\w=-]{43}
duffel-token duffel_live_ [\\w=-]{43}
lob-key live_ x35
lob-key test_ x35
frameio-token fio-u- [\\w=-]{64}
sendgrid-key SG. [\\w=.-]{66}
sendinblue-key xkeysib- x64-w16
sendinblue-key xsmtpsib- x64-w16
mailgun-key key- [a-f0-9]{32}
mailgun-key pubkey- [a-f0-9]{32}
twilio-key SK x32
twilio-sid AC x32
telegram-token bot \\d{8,10}:A[\\w-]{34}
grafana-token glsa_ w32_x8
grafana-token glc_ [A-Za-z0-9+/]{32,400}={0,3}
grafana-token eyJrIjoi w70,400={0,3}
sentry-token sntrys_ [A-Za-z0-9+/_=-]{80,400}
sentry-token sntryu_ x64
newrelic-key NRAK- u27
newrelic-key NRJS- x19
newrelic-key NRII- v32
newrelic-key NRBR- x20
newrelic-key NRAL- x36
dynatrace-token dt0c01. w24\\.w64
dynatrace-token dt0s01. w24\\.w64
datadog-key ddapp_ w34
honeycomb-key hcaik_ w58
honeycomb-key hcbik_ w58
honeycomb-key hcxik_ w58
logfire-token pylf_v1_us_ w43
logfire-token pylf_v1_eu_ w43
posthog-key phx_ w43
posthog-key phc_ w43
sonar-token squ_ x40
sonar-token sqp_ x40
sonar-token sqa_ x40
sourcegraph-token sgp_ (?:[a-fA-F0-9]{16}_|local_)?x40
sourcegraph-token slk_ x64
npm-token npm_ w36
nuget-key oy2 l43
pypi-token pypi-AgEIcHlwaS5vcmc v50,1000
pypi-token pypi-AgENdGVzdC5weXBpLm9yZw v50,1000
rubygems-key rubygems_ x48
clojars-token CLOJARS_ l60
crates-token cio w32
packagist-token packagist_ x68
docker-token dckr_pat_ v27
docker-token dckr_oat_ v32
vault-token hvs. v90,120
vault-token hvb. v138,300
vault-token hvr. v90,300
vault-token s. w24
vault-token b. v138,300
pulumi-token pul- x40
planetscale-token pscale_tkn_ [\\w=.-]{32,64}
planetscale-token pscale_pw_ [\\w=.-]{32,64}
planetscale-token pscale_oauth_ [\\w=.-]{32,64}
doppler-token dp.pt. w43
doppler-token dp.st. [\\w.]{40,60}
doppler-token dp.ct. w40,44
doppler-token dp.sa. w40,44
doppler-token dp.scim. w40,44
heroku-key HRKU-AA [\\w-]{58}
netlify-token nfp_ w36
vercel-token vcp_ w56
flyio-token fo1_ v43
flyio-token fm1r_ [A-Za-z0-9+/]{100,}={0,3}
flyio-token fm1a_ [A-Za-z0-9+/]{100,}={0,3}
flyio-token fm2_ [A-Za-z0-9+/]{100,}={0,3}
render-key rnd_ w32
railway-token railway_ v36
supabase-key sbp_ x40
supabase-key sb_secret_ v31
neon-key napi_ l64
databricks-token dapi x32(?:-\\d)?
databricks-token dkea x32
prefect-key pnu_ l36
prefect-key pnb_ l36
dbt-token dbtc_ v40,60
dbt-token dbtu_ v40,60
harness-token pat. v22\\.x24\\.w20
harness-token sat. v22\\.x24\\.w20
linear-key lin_api_ w40
linear-key lin_oauth_ x64
notion-token ntn_ \\d{11}[A-Za-z0-9]{35}
notion-token secret_ w43
airtable-token pat w14\\.x64
atlassian-token ATATT3 [\\w=-]{186}
atlassian-token ATCTT3 [\\w=-]{186}
bitbucket-token ATBB [\\w=-]{24,40}
asana-token 0/ \\d{16}:x32
asana-token 1/ \\d{16}:x32
asana-token 2/ \\d{13,16}/\\d{13,16}:x32
postman-key PMAK- x24-x34
readme-key rdme_ l70
typeform-token tfp_ [\\w=.-]{59}
intercom-token dG9r [A-Za-z0-9+/]{56}=
mapbox-token pk.eyJ [\\w.]{60,200}
mapbox-token sk.eyJ [\\w.]{60,200}
adafruit-key aio_ w28
adobe-secret p8e- x32
alibaba-key LTAI w20,24
authress-key sc_ [a-z0-9]{5,30}\\.[a-z0-9]{4,6}\\.acc[_-][a-z0-9-]{10,32}\\.[a-z0-9+/_=-]{30,120}
authress-key authress_ [a-z0-9]{5,30}\\.[a-z0-9]{4,6}\\.acc[_-][a-z0-9-]{10,32}\\.[a-z0-9+/_=-]{30,120}
beamer-token b_ [a-z0-9=_-]{44}
age-key AGE-SECRET-KEY-1 [QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}
onepassword-key A3- u6-(?:u11|u6-u5)-u5-u5-u5
onepassword-token ops_eyJ [A-Za-z0-9+/]{250,}={0,3}
octopus-key API- u26
openshift-token sha256~ v43
infracost-key ico- w32
artifactory-key AKCp w69
artifactory-token cmVmd w59
defined-token dnkey- [a-z0-9=_-]{26}-[a-z0-9=_-]{52}
scalingo-token tk-us- v48
settlemint-token sm_aat_ w16
settlemint-token sm_pat_ w16
settlemint-token sm_sat_ w16
rapidapi-key rapidapi_ v50
maxmind-key w6_ w29_mmk
facebook-token EAAM [a-z0-9A-Z]{100,300}
facebook-token EAAC [a-z0-9A-Z]{100,300}
clickhouse-key 4b1d w38
cohere-key co_ w40
contentful-token CFPAT- v43
figma-token figd_ v40,60
dropbox-token sl. [\\w=-]{130,1500}
yandex-key AQVN [\\w-]{35,38}
yandex-token t1. [A-Z0-9a-z_-]+=*\\.[A-Z0-9a-z_-]{86}=*
yandex-key YC [a-zA-Z0-9_-]{38}
zapier-webhook https://hooks.zapier.com/hooks/catch/ \\d+/\\w+
twitch-token oauth: l30
workos-key sk_test_ w40,90
clerk-key sk_live_ w40,60
resend-key re_ w8_w24
buildkite-token bkua_ x40
buildkite-token bkpat_ w40
circleci-token CCIPAT_ w22_x40
codecov-token codecov_ x36
checkly-key cu_ x32
expo-token expo_ w40
hubspot-token pat-na1- [\\da-f-]{36}
hubspot-token pat-eu1- [\\da-f-]{36}
instacart-key keys. w20,60
nightfall-key NF- w32
lark-token t-g1 w28,40
tines-token tines_ w40
tailscale-key tskey- [a-z]+-w10,20-w20,40
tailscale-key tskey-auth- w10,20-w20,40
tailscale-key tskey-api- w10,20-w20,40
ngrok-key ak_ w27
val-town-token vtwn_ w40
wiz-token wiz_ w40
deno-token ddp_ w36
deno-token ddw_ w36
hashicorp-hcp hcp. v40,200
cloudinary-url cloudinary:// \\d{10,20}:[\\w-]{20,40}@[\\w-]{1,60}
polymarket-key pm_ x64
freemius-key sk_ [\\w!@#$%^&*?()<>:~-]{29}
`;

export interface SecretFormat {
  readonly rule: string;
  readonly prefix: string;
  /** The whole token, prefix included; sticky. */
  readonly shape: RegExp;
}

const classOf: Readonly<Record<string, string>> = { w: "[A-Za-z0-9]", x: "[a-f0-9]", u: "[A-Z0-9]", l: "[a-z0-9]", v: "[\\w-]", b: "[A-Za-z0-9+/]" };

/** "w20T3BlbkFJw20" → the expression it stands for. */
function body(spec: string): string {
  let source = "";
  for (let at = 0; at < spec.length; ) {
    const short = /^([wxulvb])(\d+)(,\d+)?/.exec(spec.slice(at));
    if (short !== null && !/[A-Za-z\\]/.test(spec[at - 1] ?? "")) {
      source += `${classOf[short[1] ?? ""]}{${short[2]}${short[3] ?? ""}}${short[1] === "b" ? "={0,3}" : ""}`;
      at += short[0].length;
      continue;
    }
    const set = /^\[(?:\\.|[^\]\\])+\]/.exec(spec.slice(at));
    if (set !== null) {
      const count = /^(\d+)(,\d+)?/.exec(spec.slice(at + set[0].length));
      source += set[0] + (count === null ? "" : `{${count[1]}${count[2] ?? ""}}`);
      at += set[0].length + (count?.[0].length ?? 0);
      continue;
    }
    const quantifier = /^\{[\d,]+\}/.exec(spec.slice(at));
    if (quantifier !== null) {
      source += quantifier[0];
      at += quantifier[0].length;
      continue;
    }
    if (spec[at] === "\\") {
      source += spec.slice(at, at + 2);
      at += 2;
      continue;
    }
    source += spec[at] ?? "";
    at += 1;
  }
  return source;
}

let byStart: Map<number, SecretFormat[]> | undefined;

/** The first two UTF-16 units of a prefix as one number. */
export const startKey = (text: string, at: number): number => text.charCodeAt(at) * 0x10000 + text.charCodeAt(at + 1);

/** The formats by the first two characters of their prefix; built on first use. */
export function secretFormats(): ReadonlyMap<number, readonly SecretFormat[]> {
  if (byStart !== undefined) return byStart;
  byStart = new Map();
  for (const line of formats.trim().split("\n")) {
    const [rule = "", prefix = "", ...rest] = line.split(" ");
    const shape = new RegExp(prefix.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&") + body(rest.join(" ")) + "(?![A-Za-z0-9])", "y");
    const key = startKey(prefix, 0);
    const list = byStart.get(key) ?? [];
    list.push({ rule: `secret.${rule}`, prefix, shape });
    byStart.set(key, list);
  }
  return byStart;
}
