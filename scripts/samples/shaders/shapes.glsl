#version 300 es
precision highp float;
precision highp int;

struct Mat {
  vec3 albedo;
  vec3 emit;
  float gloss;   // weight of the rough mirror
  vec3 tint;     // its colour
  float rough;
  float coat;    // weight of the clear coat
  float blur;    // how wavy the clear coat is
  bool glass;
  float ior;
  vec3 absorb;   // per metre
  bool pane;     // thin glass that one sees through where a scene defines PANES
};

Mat matte(vec3 albedo) { return Mat(albedo, vec3(0.0), 0.0, vec3(1.0), 0.5, 0.0, 0.0, false, 1.5, vec3(0.0), false); }
Mat glossy(vec3 albedo, float gloss, float rough) { Mat m = matte(albedo); m.gloss = gloss; m.rough = rough; return m; }
Mat coated(vec3 albedo, float coat, float blur) { Mat m = matte(albedo); m.coat = coat; m.blur = blur; return m; }

float hash1(vec3 p) {
  p = fract(p * vec3(0.1031, 0.1030, 0.0973));
  p += dot(p, p.yxz + 33.33);
  return fract((p.x + p.y) * p.z);
}

float noise3(vec3 p) {
  vec3 i = floor(p);
  vec3 f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  return mix(
    mix(mix(hash1(i), hash1(i + vec3(1, 0, 0)), f.x), mix(hash1(i + vec3(0, 1, 0)), hash1(i + vec3(1, 1, 0)), f.x), f.y),
    mix(mix(hash1(i + vec3(0, 0, 1)), hash1(i + vec3(1, 0, 1)), f.x), mix(hash1(i + vec3(0, 1, 1)), hash1(i + vec3(1, 1, 1)), f.x), f.y), f.z);
}

float fractal(vec3 p, int octaves) {
  float sum = 0.0;
  float w = 0.5;
  for (int i = 0; i < octaves; i++) { sum += w * noise3(p); p = p * 2.03 + 7.1; w *= 0.5; }
  return sum;
}

float smin(float a, float b, float k) { float h = max(k - abs(a - b), 0.0) / k; return min(a, b) - h * h * k * 0.25; }
float smax(float a, float b, float k) { return -smin(-a, -b, k); }
float roundBox(vec3 p, vec3 b, float r) { vec3 q = abs(p) - b + r; return length(max(q, 0.0)) + min(max(q.x, max(q.y, q.z)), 0.0) - r; }
float capsule(vec3 p, vec3 a, vec3 b, float ra, float rb) {
  vec3 pa = p - a, ba = b - a;
  float h = clamp(dot(pa, ba) / dot(ba, ba), 0.0, 1.0);
  return length(pa - ba * h) - mix(ra, rb, h);
}
float torusZ(vec3 p, float R, float r) { return length(vec2(length(p.xy) - R, p.z)) - r; }
mat2 turn(float a) { float c = cos(a), s = sin(a); return mat2(c, -s, s, c); }

// The inside of a box: where a ray leaves it.
float insideBox(vec3 o, vec3 d, vec3 low, vec3 high, out vec3 n) {
  vec3 t = (mix(low, high, step(0.0, d)) - o) / d;
  if (t.x < t.y && t.x < t.z) { n = vec3(-sign(d.x), 0.0, 0.0); return t.x; }
  if (t.y < t.z) { n = vec3(0.0, -sign(d.y), 0.0); return t.y; }
  n = vec3(0.0, 0.0, -sign(d.z));
  return t.z;
}

// A solid box in the way; keeps the nearer hit.
void solidBox(vec3 o, vec3 d, vec3 low, vec3 high, int which, inout float t, inout vec3 n, inout int id) {
  vec3 a = (low - o) / d;
  vec3 b = (high - o) / d;
  vec3 lo = min(a, b);
  vec3 hi = max(a, b);
  float near = max(lo.x, max(lo.y, lo.z));
  float far = min(hi.x, min(hi.y, hi.z));
  if (near < far && near > 0.0005 && near < t) {
    t = near;
    n = lo.x > lo.y && lo.x > lo.z ? vec3(-sign(d.x), 0.0, 0.0) : lo.y > lo.z ? vec3(0.0, -sign(d.y), 0.0) : vec3(0.0, 0.0, -sign(d.z));
    id = which;
  }
}

// A standing cylinder.
void solidCylinder(vec3 o, vec3 d, vec3 foot, float r, float h, int which, inout float t, inout vec3 n, inout int id) {
  vec3 q = o - foot;
  float a = dot(d.xz, d.xz);
  float b = dot(q.xz, d.xz);
  float c = dot(q.xz, q.xz) - r * r;
  float k = b * b - a * c;
  if (k < 0.0) return;
  float s = (-b - sqrt(k)) / a;
  float y = q.y + s * d.y;
  if (s > 0.0005 && s < t && y > 0.0 && y < h) { t = s; n = vec3((q.xz + s * d.xz) / r, 0.0).xzy; id = which; }
  float top = (h - q.y) / d.y;
  vec2 e = q.xz + top * d.xz;
  if (top > 0.0005 && top < t && dot(e, e) < r * r) { t = top; n = vec3(0.0, sign(-d.y), 0.0); id = which; }
}

// What a window shows: an overcast sky over trees, out of focus.
vec3 outside(vec2 p) {
  float trees = 0.42 + 0.2 * fractal(vec3(p * 2.0, 3.0), 3) - 0.1;
  vec3 sky = mix(vec3(0.95, 0.97, 1.0), vec3(0.78, 0.88, 1.05), clamp(p.y, 0.0, 1.0));
  vec3 green = vec3(0.16, 0.21, 0.1) * (0.6 + 0.9 * fractal(vec3(p * 5.0, 9.0), 3));
  return mix(green, sky, smoothstep(trees - 0.06, trees + 0.06, p.y));
}

// Sawn wood; it grows along z, or along x.
vec3 plank(vec3 p, vec3 dark, vec3 pale, float along) {
  float grain = fractal(vec3(p.x * (along > 0.5 ? 4.0 : 60.0), p.y * 60.0, p.z * (along > 0.5 ? 60.0 : 4.0)), 4);
  float rings = 0.5 + 0.5 * sin((along > 0.5 ? p.z : p.x) * 150.0 + 8.0 * fractal(p * vec3(5.0, 5.0, 2.0), 3));
  return mix(dark, pale, clamp(0.2 + 0.6 * grain + 0.3 * rings, 0.0, 1.0));
}
