// Counts o200k_base tokens: a JSON list of texts on standard input, a JSON list of counts on standard output.
import { Tiktoken } from "js-tiktoken/lite";
import ranks from "js-tiktoken/ranks/o200k_base";
import { text } from "node:stream/consumers";

const encoder = new Tiktoken(ranks);
const texts = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(texts.map((each) => encoder.encode(each, "all").length)));
