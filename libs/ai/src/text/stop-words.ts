/** Function words of English and the words people wrap questions in; they say nothing about what is asked. */
export const stopWords: ReadonlySet<string> = new Set(
  (
    'a an the this that these those there here it its itself they them their theirs he she his her him we us our you your yours i me my mine ' +
    'and or but nor so yet if then than as of at by for from in into on onto off over under up down out about against between through during ' +
    'to with without within per via is are was were be been being am do does did doing done have has had having will would shall should can could ' +
    'may might must not no any some each every all both either neither few more most much many other another such own same only just also too very ' +
    'what which who whom whose when where why how s t d ll m re ve don doesn didn isn aren wasn weren ' +
    'according tell show give list find please know explain describe question answer information say says said whether however etc eg ie'
  ).split(' '),
);
