/**
 * Words that are names and words: as part of a declared name they are taken only with a capital, or beside another part of it. Used where no word lists
 * (`NameLists`) are loaded; folded spelling.
 */
const WORDS =
  "a an and are as at be but by can do for from had has have he her his i if in is it its may me my no not of on or our she so than that the them they this to us was we were what who will with you " +
  "person people price will young old may june august april march mark bill grant art hope faith joy grace rose lily ivy iris dawn summer autumn sky star angel bishop baker cook carter cooper fisher hunter mason miller potter shepherd smith taylor turner walker weaver " +
  "brown black white green gray grey blue gold silver king queen prince knight duke earl pope page abbot major sergeant judge long short small little big strong best good wise sweet sharp swift rich power bright fair moody noble savage hardy stern " +
  "field fields forest wood woods hill hills lake rivers brooks banks stone rock marsh moss heath day dale glen park parks street lane church temple hall house home gates bridge ford case chance chase drew frank guy jack rob sue pat bob dean gene miles wade ward wells winter winters " +
  "love loving dear means mean read reading walk drive cash coin money sterling marks bell ball booth bond bush cross dance early else even ever every few first foot fox ham hand hart head held hook horn hunt just keen key kind last lamb law lever light line list lock look love low man mercy mills more " +
  "morning new nice night noon north south east west nurse order oil out over paper peace penny pepper pike pound print pure quick rain ray reason rest ring root rule sale sand save sea seal sell set shade ship shoe shot show side sign sky song spring steel still stock storm sun sunny test text thing time today tree true trust van view wall war water way weight wheat wild wind win wing wolf word work worth son sons daughter don dora mina max min ana chance norm sage reed dose fall felt given house islam christian pray priest gay " +
  "patient doctor baby twin mother father child admitted seen name note data type value number date time true false null none test user admin system model agent tool hi hello dear thanks regards";
const common = new Set(WORDS.split(" "));

export const isCommonWord = (folded: string): boolean => common.has(folded);
