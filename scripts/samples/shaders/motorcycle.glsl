// A motorcycle of the old kind: wheels with wire spokes, a bare engine with fins, chromed pipes, and much to see through.
uniform vec3 uPaint;
const vec3 LOW = vec3(-1.12, -0.001, -0.42);
const vec3 HIGH = vec3(1.1, 1.3, 0.42);
#define STRIDE 0.8
#define STEPS 240
#define GLASS_SHADOW vec3(0.0)

const float REAR = -0.71;
const float FRONT = 0.71;
const float HUB = 0.325;

float disc(vec3 p, float r, float h) { vec2 e = vec2(length(p.xy) - r, abs(p.z) - h); return length(max(e, 0.0)) + min(max(e.x, e.y), 0.0); }
float nearer(float d, float other, int which, inout int id) { if (other < d) { id = which; return other; } return d; }

// One wheel, p from its hub; 0 rubber, 1 bright metal, 2 dull metal.
float wheel(vec3 p, bool front, inout int id) {
  float r = length(p.xy);
  float far = max(r - 0.34, abs(p.z) - 0.12);
  if (far > 0.08) return far;
  float tread = 0.003 * step(0.5, fract(atan(p.y, p.x) * 14.0 + 6.0 * abs(p.z)));
  float d = torusZ(p * vec3(1.0, 1.0, front ? 1.1 : 0.92), 0.278, 0.046) - tread * step(0.3, r);
  id = 0;
  vec2 rim = abs(vec2(r - 0.243, p.z)) - vec2(0.009, 0.03);
  d = nearer(d, length(max(rim, 0.0)) + min(max(rim.x, rim.y), 0.0) - 0.003, 1, id);
  // Two crowns of spokes, from the hub's flanges to the middle of the rim, crossing.
  float sector = 6.2831853 / 12.0;
  float side = p.z < 0.0 ? -1.0 : 1.0;
  for (int k = 0; k < 2; k++) {
    float lean = k == 0 ? 0.2 : -0.2;
    float a = mod(atan(p.y, p.x) + (side > 0.0 ? 0.0 : 0.5 * sector), sector) - sector * 0.5;
    vec3 q = vec3(r * cos(a), r * sin(a), abs(p.z));
    d = nearer(d, capsule(q, vec3(0.045 * cos(lean * 1.1), 0.045 * sin(lean * 1.1), 0.045), vec3(0.238, -0.238 * lean * 0.9, 0.008), 0.002, 0.002), 1, id);
  }
  d = nearer(d, min(disc(p, 0.03, 0.065), disc(vec3(p.xy, abs(p.z) - 0.045), 0.05, 0.004)), 2, id);
  if (front) {
    float holes = length(vec2(mod(atan(p.y, p.x), 0.3927) - 0.196, (r - 0.122) * 8.0) * r) - 0.009;
    d = nearer(d, max(max(disc(p - vec3(0.0, 0.0, 0.066), 0.142, 0.002), 0.1 - r), -holes * 0.6), 1, id);
  } else {
    float teeth = 0.004 * sin(atan(p.y, p.x) * 40.0);
    d = nearer(d, max(disc(p + vec3(0.0, 0.0, 0.07), 0.1 + teeth, 0.003), 0.07 - r), 2, id);
  }
  return d;
}

// A shell over a wheel between two angles.
float fender(vec3 p, float from, float to) {
  float r = length(p.xy);
  float a = atan(p.y, p.x);
  float arc = max(from - a, a - to) * r;
  float curve = 0.355 - 1.4 * p.z * p.z;
  return max(max(abs(r - curve) - 0.003, abs(p.z) - 0.068), arc) * 0.9;
}

float frame(vec3 p) {
  vec3 q = vec3(p.xy, abs(p.z));
  float d = capsule(q, vec3(0.44, 0.86, 0.0), vec3(0.27, 0.33, 0.09), 0.017, 0.016);
  d = min(d, capsule(q, vec3(0.27, 0.33, 0.09), vec3(0.18, 0.235, 0.1), 0.016, 0.016));
  d = min(d, capsule(q, vec3(0.18, 0.235, 0.1), vec3(-0.22, 0.235, 0.1), 0.016, 0.016));
  d = min(d, capsule(q, vec3(-0.22, 0.235, 0.1), vec3(-0.3, 0.36, 0.1), 0.016, 0.016));
  d = min(d, capsule(q, vec3(-0.3, 0.36, 0.1), vec3(-0.2, 0.72, 0.07), 0.016, 0.014));
  d = min(d, capsule(q, vec3(-0.2, 0.72, 0.08), vec3(-0.72, 0.74, 0.09), 0.014, 0.012));
  d = min(d, capsule(q, vec3(-0.27, 0.42, 0.1), vec3(-0.47, 0.73, 0.09), 0.011, 0.011));
  d = min(d, capsule(q, vec3(-0.25, 0.34, 0.085), vec3(REAR, HUB, 0.1), 0.02, 0.017));
  d = min(d, capsule(p, vec3(-0.12, 0.23, -0.1), vec3(-0.2, 0.008, -0.23), 0.009, 0.009));
  return d;
}

float shocks(vec3 p) {
  vec3 q = vec3(p.xy, abs(p.z) - 0.135);
  vec3 a = vec3(-0.66, 0.36, 0.0), b = vec3(-0.5, 0.71, 0.0);
  float h = clamp(dot(q - a, b - a) / dot(b - a, b - a), 0.0, 1.0);
  float spring = h > 0.1 && h < 0.8 ? 0.023 + 0.005 * sin(h * 85.0) : 0.013;
  return (length(q - a - (b - a) * h) - spring) * 0.7;
}

float fork(vec3 p) {
  vec3 q = vec3(p.xy, abs(p.z));
  float d = capsule(q, vec3(FRONT, HUB, 0.09), vec3(0.6, 0.58, 0.09), 0.026, 0.026);
  d = min(d, capsule(q, vec3(FRONT, HUB, 0.09), vec3(0.44, 0.95, 0.09), 0.017, 0.018));
  d = min(d, capsule(p, vec3(0.47, 0.9, -0.1), vec3(0.47, 0.9, 0.1), 0.022, 0.022));
  d = min(d, capsule(p, vec3(0.525, 0.76, -0.1), vec3(0.525, 0.76, 0.1), 0.025, 0.025));
  return min(d, capsule(q, vec3(FRONT, HUB, 0.05), vec3(FRONT, HUB, 0.11), 0.014, 0.014));
}

float bars(vec3 p) {
  vec3 q = vec3(p.xy, abs(p.z));
  float d = capsule(q, vec3(0.45, 0.95, 0.0), vec3(0.45, 1.0, 0.1), 0.011, 0.011);
  d = min(d, capsule(q, vec3(0.45, 1.0, 0.1), vec3(0.4, 1.04, 0.24), 0.011, 0.011));
  d = min(d, capsule(q, vec3(0.4, 1.04, 0.24), vec3(0.31, 1.03, 0.35), 0.011, 0.011));
  d = min(d, capsule(q, vec3(0.41, 1.045, 0.22), vec3(0.45, 1.2, 0.29), 0.005, 0.005));
  return min(d, capsule(q, vec3(0.46, 1.03, 0.2), vec3(0.4, 1.02, 0.34), 0.006, 0.005));
}

float engine(vec3 p) {
  float fins = 0.006 * step(0.35, fract(p.y / 0.021));
  vec3 t = p - vec3(0.1, 0.53, 0.0);
  t.xy = turn(-0.16) * t.xy;
  float d = roundBox(t, vec3(0.085, 0.13, 0.12), 0.02) - fins;
  d = min(d, roundBox(p - vec3(0.1, 0.665, 0.0), vec3(0.09, 0.03, 0.1), 0.025));
  return d * 0.75;
}

float cases(vec3 p) {
  float d = roundBox(p - vec3(0.0, 0.35, 0.0), vec3(0.2, 0.085, 0.11), 0.05);
  d = smin(d, disc(p - vec3(-0.04, 0.35, 0.1), 0.1, 0.035) - 0.012, 0.02);
  d = smin(d, disc(p - vec3(0.11, 0.34, -0.1), 0.085, 0.03) - 0.012, 0.02);
  return min(d, capsule(p, vec3(-0.04, 0.46, 0.03), vec3(-0.12, 0.6, 0.03), 0.03, 0.035));
}

float pipes(vec3 p) {
  float d = capsule(p, vec3(0.17, 0.6, 0.05), vec3(0.28, 0.54, 0.085), 0.021, 0.021);
  d = min(d, capsule(p, vec3(0.28, 0.54, 0.085), vec3(0.29, 0.36, 0.125), 0.021, 0.021));
  d = min(d, capsule(p, vec3(0.29, 0.36, 0.125), vec3(0.2, 0.235, 0.145), 0.021, 0.021));
  d = min(d, capsule(p, vec3(0.2, 0.235, 0.145), vec3(-0.25, 0.24, 0.155), 0.021, 0.021));
  d = smin(d, capsule(p, vec3(-0.3, 0.25, 0.16), vec3(-0.9, 0.32, 0.175), 0.04, 0.047), 0.03);
  return max(d, -capsule(p, vec3(-0.85, 0.314, 0.174), vec3(-1.1, 0.343, 0.18), 0.036, 0.036));
}

float tank(vec3 p) {
  vec3 q = p - vec3(0.18, 0.83, 0.0);
  float narrow = 1.0 + 0.55 * smoothstep(0.05, -0.3, q.x);
  float d = roundBox(vec3(q.x, q.y - 0.03 * smoothstep(-0.2, 0.2, q.x), q.z * narrow), vec3(0.24, 0.1, 0.13), 0.09) * 0.75;
  return smax(d, -(length(vec2(abs(q.z) - 0.145, q.y + 0.07)) - 0.05), 0.02);
}

float seat(vec3 p) {
  vec3 q = p - vec3(-0.36, 0.8, 0.0);
  q.y -= 0.25 * q.x * q.x + 0.02 * smoothstep(0.0, -0.3, q.x);
  return (roundBox(q, vec3(0.34, 0.05, 0.125), 0.045) + 0.0015 * cos(q.x * 130.0)) * 0.85;
}

float lampBody(vec3 p) {
  vec3 q = p - vec3(0.62, 0.86, 0.0);
  float d = max(length(q * vec3(0.8, 1.0, 1.0)) - 0.092, q.x - 0.055);
  return min(d, capsule(vec3(p.xy, abs(p.z)), vec3(0.56, 0.87, 0.1), vec3(0.58, 0.86, 0.06), 0.012, 0.012));
}

// How far a box is: what is inside of it is not asked for while something else is nearer.
float box(vec3 p, vec3 c, vec3 b) { vec3 q = abs(p - c) - b; return length(max(q, 0.0)) + min(max(q.x, max(q.y, q.z)), 0.0); }

// What is at the handlebar.
float cockpit(vec3 p, inout int id) {
  vec3 q = vec3(p.xy, abs(p.z));
  float d = bars(p);
  id = 6;
  d = nearer(d, capsule(q, vec3(0.37, 1.038, 0.275), vec3(0.31, 1.03, 0.37), 0.017, 0.018), 12, id);
  d = nearer(d, (length((q - vec3(0.45, 1.21, 0.3)) * vec3(2.2, 1.0, 0.9)) - 0.055) * 0.45, 14, id);
  return nearer(d, disc((p - vec3(0.5, 0.985, 0.0)).zxy - vec3(0.055, 0.0, 0.0), 0.045, 0.03), 14, id);
}

// Lamps and indicators behind the seat.
float tail(vec3 p, inout int id) {
  vec3 q = vec3(p.xy, abs(p.z));
  float d = length((p - vec3(-1.0, 0.66, 0.0)) * vec3(1.0, 1.1, 0.8)) - 0.05;
  id = 15;
  d = nearer(d, capsule(p, vec3(-0.72, 0.74, 0.0), vec3(-1.0, 0.66, 0.0), 0.02, 0.02), 3, id);
  d = nearer(d, length((q - vec3(-0.9, 0.68, 0.16)) * vec3(0.8, 1.0, 1.0)) - 0.028, 16, id);
  return nearer(d, capsule(q, vec3(-0.86, 0.7, 0.02), vec3(-0.89, 0.68, 0.14), 0.007, 0.007), 5, id);
}

float middle(vec3 p, inout int id) {
  float d = engine(p);
  id = 7;
  d = nearer(d, cases(p), 8, id);
  vec3 q = vec3(p.xy, abs(p.z));
  d = nearer(d, roundBox(q - vec3(-0.2, 0.58, 0.075), vec3(0.1, 0.085, 0.03), 0.025), 10, id);
  // The chain, seen as a band.
  float way = (p.x + 0.05) / -0.66;
  float chain = max(abs(abs(p.y - mix(0.36, HUB, way)) - 0.07 * mix(0.6, 1.2, way)) - 0.008, abs(p.z + 0.07) - 0.006);
  return nearer(d, max(chain, max(p.x + 0.05, REAR - p.x)) * 0.9, 2, id);
}

float nearest(vec3 p, out int id) {
  id = 3;
  float d = box(p, vec3(-0.14, 0.45, 0.0), vec3(0.62, 0.46, 0.25));
  if (d < 0.06) d = frame(p);
  int w = 0;
  float front = wheel(p - vec3(FRONT, HUB, 0.0), true, w);
  d = nearer(d, front, w, id);
  float rear = wheel(p - vec3(REAR, HUB, 0.0), false, w);
  d = nearer(d, rear, w, id);
  float far = box(p, vec3(-0.22, 0.47, 0.0), vec3(0.52, 0.26, 0.17));
  if (far < d) d = nearer(d, far > 0.06 ? far : middle(p, w), w, id);
  far = box(p, vec3(-0.4, 0.41, 0.13), vec3(0.75, 0.26, 0.1));
  if (far < d) d = nearer(d, far > 0.06 ? far : pipes(p), 9, id);
  far = box(p, vec3(0.58, 0.64, 0.0), vec3(0.17, 0.36, 0.13));
  if (far < d) {
    d = nearer(d, far > 0.06 ? far : fork(p), 5, id);
    d = nearer(d, lampBody(p), 13, id);
  }
  far = box(p, vec3(0.4, 1.1, 0.0), vec3(0.19, 0.18, 0.42));
  if (far < d) d = nearer(d, far > 0.06 ? far : cockpit(p, w), far > 0.06 ? 6 : w, id);
  far = box(p, vec3(-0.88, 0.7, 0.0), vec3(0.18, 0.12, 0.2));
  if (far < d) d = nearer(d, far > 0.06 ? far : tail(p, w), far > 0.06 ? 3 : w, id);
  d = nearer(d, shocks(p), 4, id);
  d = nearer(d, tank(p), 10, id);
  d = nearer(d, min(fender(p - vec3(FRONT, HUB, 0.0), 0.5, 2.5), fender(p - vec3(REAR, HUB, 0.0), 0.9, 2.95)), 11, id);
  return nearer(d, seat(p), 12, id);
}

float subject(vec3 p) { int id; return nearest(p, id); }

Mat painted() { Mat m = coated(uPaint, 1.0, 0.003); m.gloss = 0.25; m.tint = uPaint * 1.5 + 0.03; m.rough = 0.34; return m; }

Mat subjectMat(vec3 p, vec3 n) {
  int id;
  nearest(p, id);
  if (id == 0) return glossy(vec3(0.017), 0.03, 0.45);
  if (id == 1 || id == 9) return glossy(vec3(0.2), 0.72, 0.12);
  if (id == 2) return glossy(vec3(0.24), 0.4, 0.35);
  if (id == 3) return coated(vec3(0.012), 1.0, 0.01);
  if (id == 4) return glossy(vec3(0.3), 0.5, 0.25);
  if (id == 5 || id == 6) return glossy(vec3(0.3), 0.6, 0.16);
  if (id == 7) return glossy(vec3(0.2) * (0.4 + 0.6 * step(0.35, fract(p.y / 0.021))), 0.3, 0.4);
  if (id == 8) return glossy(vec3(0.33), 0.45, 0.3);
  if (id == 10 || id == 11) {
    if (id == 10 && p.x > -0.05 && abs(p.y - 0.845 - 0.06 * (p.x - 0.1)) < 0.006) return coated(vec3(0.62, 0.5, 0.25), 1.0, 0.003);
    return painted();
  }
  if (id == 12) return glossy(vec3(0.022), 0.05, 0.5);
  if (id == 13) {
    if (p.x > 0.66) { Mat m = coated(vec3(0.45), 1.4, 0.0); m.gloss = 0.4; m.rough = 0.2; return m; }
    return painted();
  }
  if (id == 15) return coated(vec3(0.35, 0.01, 0.012), 1.2, 0.0);
  if (id == 16) return coated(vec3(0.5, 0.18, 0.01), 1.2, 0.0);
  return coated(vec3(0.02), 1.0, 0.0);
}
