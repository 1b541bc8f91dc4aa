import { createRequire } from 'node:module';

// The package has no types; `eng` is its list of English words.
const { eng } = createRequire(import.meta.url)('stopword') as { eng: readonly string[] };

/** Words that make a sentence a question or a request but say nothing about its subject. */
const questionWords =
  'what whats which who whos whom whose when where why how hows can could do does did done doing is are was were be been am will would shall should may might must ' +
  'please tell explain describe know have has had having there any i me my mine we us our ours you your yours he his him she her hers it its they them their theirs';

/** English words the list of the package lacks although they carry no subject either. */
const functionWords =
  'against again above below until during further once here both few own same so than too very just don dont doesnt isnt arent wasnt werent ' +
  'cant couldnt wont wouldnt shouldnt didnt hasnt havent hadnt im ive youre theyre thats nor no not themselves itself himself herself yourself ourselves myself upon within without';

/**
 * Words that are neither indexed nor searched, in the folded form the tokeniser produces.
 * English only: in other languages rarity (idf) does the same work.
 */
export const stopWords: ReadonlySet<string> = new Set([...eng, ...questionWords.split(' '), ...functionWords.split(' ')]);
