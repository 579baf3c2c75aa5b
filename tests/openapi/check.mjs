// Answers against the schemas of openapi.json: standard input has one {"schema":NAME,"document":…} a line. Exit 1 when one does
// not fit.
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";

const api = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false, formats: { "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ } });
ajv.addKeyword("components");
ajv.addSchema({ $id: "api", components: api.components });
const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
let bad = 0;
for (const line of lines) {
  const { schema, document } = JSON.parse(line);
  const check = ajv.compile({ $ref: `api#/components/schemas/${schema}` });
  if (check(document)) continue;
  bad += 1;
  console.log(schema, JSON.stringify(check.errors.slice(0, 5), null, 1));
}
console.log(`${lines.length} documents, ${bad} do not fit`);
process.exit(bad === 0 && lines.length > 0 ? 0 : 1);
