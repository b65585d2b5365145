// A bottle of olive oil or vinegar.
uniform vec3 uTone;     // the liquid: what it swallows, per metre
uniform float uLook;    // 0 the tall bottle, 1 the round one
const vec3 LOW = vec3(-0.06, -0.001, -0.06);
const vec3 HIGH = vec3(0.06, 0.345, 0.06);
#define STRIDE 0.9
#define GLASS_SHADOW vec3(0.2, 0.24, 0.1)

float profile(vec2 q) {
  // Body, shoulder, neck, lip: q is (radius, height).
  float bodyR = uLook < 0.5 ? 0.0375 : 0.047;
  float bodyTop = uLook < 0.5 ? 0.195 : 0.14;
  vec2 b = vec2(q.x, q.y - bodyTop * 0.5);
  vec2 e = abs(b) - vec2(bodyR, bodyTop * 0.5) + 0.008;
  float body = length(max(e, 0.0)) + min(max(e.x, e.y), 0.0) - 0.008;
  float shoulder = length(vec2(q.x, max(0.0, 0.0) + (q.y - bodyTop + 0.012) * 0.72)) - bodyR * 0.985;
  float neckTop = uLook < 0.5 ? 0.3 : 0.265;
  vec2 n = abs(vec2(q.x, q.y - neckTop * 0.5 - 0.06)) - vec2(0.0135 + 0.0, neckTop * 0.5 - 0.06);
  float neck = length(max(n, 0.0)) + min(max(n.x, n.y), 0.0);
  float d = smin(smin(body, shoulder, 0.012), neck, 0.034);
  vec2 lip = abs(vec2(q.x, q.y - neckTop + 0.006)) - vec2(0.0155, 0.005);
  d = smin(d, length(max(lip, 0.0)) + min(max(lip.x, lip.y), 0.0) - 0.001, 0.003);
  // The punt below.
  return smax(d, -(length(vec2(q.x, q.y + 0.03)) - 0.037), 0.004);
}

float cap(vec2 q) {
  float top = uLook < 0.5 ? 0.3 : 0.265;
  vec2 e = abs(vec2(q.x, q.y - top - 0.012)) - vec2(0.0165, 0.0155) + 0.002;
  return length(max(e, 0.0)) + min(max(e.x, e.y), 0.0) - 0.002;
}

float subject(vec3 p) {
  vec2 q = vec2(length(p.xz), p.y);
  return min(profile(q), cap(q));
}

Mat subjectMat(vec3 p, vec3 n) {
  vec2 q = vec2(length(p.xz), p.y);
  if (cap(q) < profile(q)) {
    float ribs = 0.85 + 0.15 * sin(atan(p.z, p.x) * 60.0);
    Mat m = glossy(uLook < 0.5 ? vec3(0.03) * ribs : vec3(0.42, 0.33, 0.18) * ribs, 0.25, 0.3);
    m.tint = uLook < 0.5 ? vec3(0.6) : vec3(1.0, 0.85, 0.55);
    return m;
  }
  float low = uLook < 0.5 ? 0.042 : 0.03;
  float high = uLook < 0.5 ? 0.15 : 0.108;
  float angle = atan(p.x, p.z);
  if (p.y > low && p.y < high && abs(angle) < 1.35 && q.x > 0.03) {
    vec2 l = vec2(angle / 1.35, (p.y - low) / (high - low));
    vec3 paper = vec3(0.8, 0.77, 0.69) * (0.96 + 0.05 * fractal(p * 900.0, 2));
    vec3 ink = uLook < 0.5 ? vec3(0.1, 0.16, 0.08) : vec3(0.32, 0.08, 0.05);
    float printed = 0.0;
    // A frame, an emblem (a branch), and lines of small print.
    vec2 f = abs(vec2(l.x, l.y * 2.0 - 1.0));
    float frame = max(f.x * 1.0, f.y);
    printed = max(printed, smoothstep(0.004, 0.0, abs(max(f.x - 0.93, f.y - 0.93)) - 0.008));
    vec2 c = vec2(l.x * 1.35 * 0.0375 / 0.108 * 2.0, l.y) - vec2(0.0, 0.68);
    float stem = abs(c.y - 0.28 * c.x - 0.35 * c.x * c.x) - 0.006;
    float leaves = 1.0;
    for (int i = 0; i < 7; i++) {
      float x = (float(i) - 3.0) * 0.055;
      float side = mod(float(i), 2.0) * 2.0 - 1.0;
      vec2 v = (c - vec2(x, 0.28 * x + 0.35 * x * x + side * 0.045)) * turn(0.5 * side - 0.3);
      leaves = min(leaves, length(v * vec2(1.0, 2.6)) - 0.05);
    }
    if (abs(c.x) < 0.24) printed = max(printed, smoothstep(0.006, 0.0, min(stem, leaves)));
    float word = step(0.34, l.y) * step(l.y, 0.42) * step(abs(l.x), 0.62);
    word *= step(0.32, fract(l.x * 7.0 + 0.2)) * step(0.18, abs(fract(l.y * 12.5 + 0.4) - 0.5) + 0.35 * hash1(vec3(floor(l.x * 21.0), 1.0, 3.0)));
    printed = max(printed, word);
    float lines = step(0.14, l.y) * step(l.y, 0.27) * step(0.55, fract(l.y * 30.0)) * step(abs(l.x), 0.5) * step(0.3, hash1(vec3(floor(l.x * 60.0), floor(l.y * 30.0), 5.0)));
    printed = max(printed, lines * 0.8);
    Mat m = glossy(mix(paper, ink, printed), 0.03, 0.45);
    return m;
  }
  Mat m = matte(vec3(0.0));
  m.glass = true;
  m.ior = 1.47;
  m.absorb = uTone;
  m.tint = exp(-uTone * 0.05);
  return m;
}
