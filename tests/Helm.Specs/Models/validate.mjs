// Reads manifests as a JSON array from standard input and prints, as a JSON array, what the models say against each: null when nothing.
//   node validate.mjs FOLDER     FOLDER has node_modules
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = join(process.argv[2], 'node_modules');
const operators = ['cert-manager', 'cloudnative-pg', 'gateway-api', 'keda', 'prometheus-operator'].map(name => join('@kubernetes-models', name));
// Whose keys are anybody's.
const maps = ['annotations', 'labels', 'limits', 'matchLabels', 'metadata', 'parameters', 'requests'];
const models = new Map();

async function load(apiVersion, kind) {
    const file = ['kubernetes-models', ...operators].map(name => join(modules, name, apiVersion, `${kind}.js`)).find(existsSync);
    if (!file) return null;
    const schema = readFileSync(file, 'utf8').match(/[./]*\/_schemas\/\w+\.js/)[0];
    return {
        Model: (await import(pathToFileURL(file)))[kind],
        // Models of custom resources let unknown fields pass, and so does an API server that drops them.
        schema: file.includes('@kubernetes-models') ? textOf(join(dirname(file), schema), new Set()) : null,
    };
}

// Of a schema and of all that it refers to.
function textOf(file, seen) {
    if (seen.has(file)) return '';
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    return text + [...text.matchAll(/from"((?:\.|[^"]*_schemas)\/[^"]+?)(?:\.js)?"/g)]
        .map(([, other]) => textOf(`${join(other[0] === '.' ? dirname(file) : modules, other)}.js`, seen)).join('');
}

function* unknown(node, schema, path) {
    if (node === null || typeof node !== 'object') return;
    for (const [key, value] of Object.entries(node)) {
        const field = `${path}/${key}`;
        if (!Array.isArray(node) && !schema.includes(`"/${key}"`)) yield field;
        if (!maps.includes(key)) yield* unknown(value, schema, field);
    }
}

async function complaint(manifest) {
    const key = `${manifest.apiVersion}/${manifest.kind}`;
    if (!models.has(key)) models.set(key, await load(manifest.apiVersion, manifest.kind));
    const model = models.get(key);
    if (!model) return `there is no model of ${key}`;
    try {
        new model.Model(manifest).validate();
    } catch (error) {
        return error.message;
    }
    const strangers = model.schema === null ? [] : [...unknown(manifest.spec ?? {}, model.schema, 'data/spec')];
    return strangers.length === 0 ? null : `unknown: ${strangers.join(', ')}`;
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const answers = [];
for (const manifest of JSON.parse(Buffer.concat(chunks))) answers.push(await complaint(manifest));
console.log(JSON.stringify(answers));
