// Device discovery messages, one a line of standard input, against the schema. Exit 1 when one does not fit.
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";

const schema = JSON.parse(readFileSync(process.argv[2], "utf8"));
const check = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(schema);
const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
let bad = 0;
for (const line of lines) {
  if (check(JSON.parse(line))) continue;
  bad += 1;
  console.log(JSON.stringify(check.errors.slice(0, 5), null, 1));
}
console.log(`${lines.length} messages, ${bad} do not fit`);
process.exit(bad === 0 && lines.length > 0 ? 0 : 1);
