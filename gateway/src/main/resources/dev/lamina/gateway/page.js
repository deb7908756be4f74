'use strict';
const $ = id => document.getElementById(id);
const POLL_MILLIS = 2000;
let flows = [];
let timer = 0;

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function ask(path, options = {}) {
  const key = sessionStorage.getItem('key');
  const headers = {...options.headers, ...(key ? {Authorization: 'Bearer ' + key} : {})};
  return fetch(path, {...options, headers});
}

const time = s => s === 0 ? '–' : s < 1 ? (1000 * s).toFixed(s < 0.01 ? 1 : 0) + ' ms' : s.toFixed(2) + ' s';
const size = bytes => bytes < 1e9 ? Math.round(bytes / 1048576) + ' MB' : (bytes / 1073741824).toFixed(1) + ' GB';

async function poll() {
  clearTimeout(timer);
  try {
    const response = await ask('status');
    if (response.status === 401) {
      $('state').textContent = 'An API key is asked for.';
      $('key-form').hidden = false;
      return;
    }
    const status = await response.json();
    const up = status.nodes.filter(node => node.up).length;
    $('state').textContent =
      `${up} of ${status.nodes.length} nodes up, ${status.running} requests running, ${status.waiting} items waiting`;
    showFlows(status.flows);
    showNodes(status.nodes);
  } catch (error) {
    $('state').textContent = 'The gateway does not answer.';
  } finally {
    clearTimeout(timer);
    timer = setTimeout(poll, document.hidden ? 5 * POLL_MILLIS : POLL_MILLIS);
  }
}

function showFlows(list) {
  if (JSON.stringify(list.map(f => f.name)) !== JSON.stringify(flows.map(f => f.name))) {
    flows = list;
    $('flow').replaceChildren(...list.map(flow => make('option', {}, flow.name)));
    showInputs();
  }
  document.querySelector('#flows tbody').replaceChildren(...list.map(flow => make('tr', {},
    make('th', {scope: 'row'}, flow.name),
    make('td', flow.ready ? {} : {class: 'bad'}, flow.ready ? 'yes' : 'no'),
    make('td', {}, String(flow.requests)),
    make('td', flow.failed ? {class: 'bad'} : {}, String(flow.failed)),
    make('td', {}, time(flow.p50_seconds)),
    make('td', {}, time(flow.p95_seconds)),
    make('td', {class: 'wrap'}, flow.services.join(', ')))));
}

function showNodes(nodes) {
  const scrolled = new Map([...document.querySelectorAll('#nodes .scroll')].map(e => [e.dataset.node, e.scrollLeft]));
  $('nodes').replaceChildren(...nodes.flatMap(node => {
    const title = make('h3', {}, node.name + ' ');
    if (!node.up) title.append(make('span', {class: 'bad'}, 'is down'));
    if (!node.replicas) return [title];
    const memory = make('meter', {min: 0, max: node.budget_bytes, value: node.used_bytes,
      'aria-label': 'memory of ' + node.name});
    const rows = node.replicas.map(replica => make('tr', {},
      make('th', {scope: 'row'}, replica.id),
      make('td', {}, replica.loaded ? 'loaded' : 'on demand'),
      make('td', {}, size(replica.memory_bytes)),
      make('td', {}, String(replica.items)),
      make('td', {}, replica.batches ? (replica.items / replica.batches).toFixed(1) : '–'),
      make('td', {}, String(replica.waiting)),
      make('td', {}, replica.loads ? time(replica.load_seconds) : '–')));
    const head = ['replica', 'state', 'memory', 'items', 'items a batch', 'waiting', 'cold start'];
    const table = make('div', {class: 'scroll', 'data-node': node.name, tabindex: 0, role: 'region',
      'aria-label': 'replicas of ' + node.name}, make('table', {},
      make('thead', {}, make('tr', {}, ...head.map(text => make('th', {scope: 'col'}, text)))),
      make('tbody', {}, ...rows)));
    return [title, make('p', {}, memory, ` ${size(node.used_bytes)} of ${size(node.budget_bytes)}`), table];
  }));
  document.querySelectorAll('#nodes .scroll').forEach(e => { e.scrollLeft = scrolled.get(e.dataset.node) || 0; });
}

function showInputs() {
  const flow = flows.find(f => f.name === $('flow').value);
  if (!flow) return;
  $('description').textContent = flow.description;
  $('answer').replaceChildren();
  $('took').textContent = '';
  $('curl').textContent = `curl ${location.origin}/flows/${flow.name} ` + flow.inputs.map(input =>
    `-F ${input.name}=` + (input.type === 'image' ? '@FILE.png' : input.type === 'audio' ? '@FILE.wav' : "'...'")).join(' ');
  $('inputs').replaceChildren(...flow.inputs.map(input => {
    const id = 'input-' + input.name;
    const label = make('label', {for: id}, input.name + (input.optional ? ' (optional)' : ''));
    const field = input.type === 'text' || input.type.includes('[')
      ? make('textarea', {id, name: input.name, placeholder: input.type === 'text' ? 'Write a text here' : input.type + ' as JSON'})
      : make('input', {id, name: input.name, type: 'file',
        accept: input.type === 'image' ? 'image/*' : 'audio/wav,.wav'});
    if (!input.optional) field.required = true;
    const line = make('p', {}, label, field);
    if (input.type === 'audio' && navigator.mediaDevices) line.append(' ', recorder(field));
    if (field.type === 'file') {
      const preview = make('div', {class: 'preview'});
      field.addEventListener('change', () => show(field.files[0], preview));
      line.append(preview);
    }
    return line;
  }));
}

// What was chosen or recorded, to look at or listen to before it is sent.
function show(file, preview) {
  preview.replaceChildren();
  if (!file) return;
  const reader = new FileReader();
  reader.onload = () => preview.replaceChildren(file.type.startsWith('audio/')
    ? make('audio', {controls: '', src: reader.result})
    : make('img', {src: reader.result, alt: 'the picture chosen'}));
  reader.readAsDataURL(file);
}

// Records one channel and writes it as WAV of 16 bits; the file goes into the field as if it was chosen.
function recorder(field) {
  const button = make('button', {type: 'button'}, 'Record');
  let stop = null;
  button.addEventListener('click', async () => {
    if (stop) { stop(); return; }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({audio: true});
      const media = new MediaRecorder(stream);
      const parts = [];
      media.ondataavailable = event => parts.push(event.data);
      media.onstop = async () => {
        stream.getTracks().forEach(track => track.stop());
        const context = new AudioContext({sampleRate: 16000});
        const sound = await context.decodeAudioData(await new Blob(parts).arrayBuffer());
        context.close();
        const files = new DataTransfer();
        files.items.add(new File([wav(sound)], 'recording.wav', {type: 'audio/wav'}));
        field.files = files.files;
        field.dispatchEvent(new Event('change'));
        $('took').textContent = '';
      };
      stop = () => { media.stop(); stop = null; button.textContent = 'Record'; };
      media.start();
      button.textContent = 'Stop';
      $('took').textContent = 'recording …';
    } catch (error) {
      $('took').textContent = 'No microphone: ' + error.message;
    }
  });
  return button;
}

function wav(sound) {
  const samples = sound.getChannelData(0);
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, word) => [...word].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  text(0, 'RIFF'); view.setUint32(4, 36 + 2 * samples.length, true); text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
  view.setUint32(24, sound.sampleRate, true); view.setUint32(28, 2 * sound.sampleRate, true);
  view.setUint16(32, 2, true); view.setUint16(34, 16, true);
  text(36, 'data'); view.setUint32(40, 2 * samples.length, true);
  samples.forEach((s, i) => view.setInt16(44 + 2 * i, Math.round(32767 * Math.max(-1, Math.min(1, s))), true));
  return view.buffer;
}

const number = v => Number.isInteger(v) ? String(v) : v.toFixed(4);

function shown(value) {
  if (value && value.content_type && value.content_type.startsWith('image/'))
    return make('img', {src: `data:${value.content_type};base64,${value.data}`, alt: 'the picture answered'});
  if (value && value.content_type && value.content_type.startsWith('audio/'))
    return make('audio', {controls: '', src: `data:${value.content_type};base64,${value.data}`});
  const list = Array.isArray(value);
  const text = typeof value === 'string' ? value
    : list && !value.length ? '(nothing)'
    : list && value.every(v => typeof v === 'string') ? value.join('\n')
    : list && value.every(v => typeof v === 'number') ? value.map(number).join('  ')
    : typeof value === 'number' ? number(value)
    : JSON.stringify(value);
  return make('pre', {tabindex: 0}, text.length > 4000 ? text.slice(0, 4000) + ' …' : text);
}

async function send(event) {
  event.preventDefault();
  const form = new FormData();
  for (const field of $('inputs').querySelectorAll('textarea, input')) {
    if (field.type === 'file') { if (field.files[0]) form.append(field.name, field.files[0]); }
    else if (field.value !== '') form.append(field.name, field.value);
  }
  $('send').disabled = true;
  $('took').textContent = 'waiting …';
  const start = performance.now();
  try {
    const response = await ask('flows/' + encodeURIComponent($('flow').value), {method: 'POST', body: form});
    const json = await response.json();
    $('took').textContent = time((performance.now() - start) / 1000);
    $('answer').replaceChildren(...(response.ok
      ? Object.entries(json.outputs).flatMap(([name, value]) => [make('h3', {}, name), shown(value)])
      : [make('p', {class: 'bad', role: 'alert'}, json.error)]));
  } catch (error) {
    $('took').textContent = '';
    $('answer').replaceChildren(make('p', {class: 'bad', role: 'alert'}, 'The gateway does not answer.'));
  } finally {
    $('send').disabled = false;
  }
}

$('flow').addEventListener('change', showInputs);
$('flow-form').addEventListener('submit', send);
$('key-form').addEventListener('submit', event => {
  event.preventDefault();
  sessionStorage.setItem('key', $('key').value);
  $('key').value = '';
  poll();
});
poll();
