// A glass of red wine. The bowl is thin: one sees straight through it. Stem and foot are solid and bend what is behind them.
uniform float uPane;    // the share of light that one side of the bowl lets through
const vec3 LOW = vec3(-0.05, -0.001, -0.05);
const vec3 HIGH = vec3(0.05, 0.222, 0.05);
#define STRIDE 0.75
#define STEPS 240
#define PANES
#define GLASS_SHADOW vec3(0.62, 0.5, 0.5)

const float RIM = 0.218;
const float FILLED = 0.15;

// The bowl's outer side, closed: q is (radius, height).
float bowl(vec2 q) {
  vec2 axes = vec2(0.0435, q.y < 0.152 ? 0.06 : 0.098);
  vec2 e = vec2(q.x, q.y - 0.152) / axes;
  return (length(e) - 1.0) * min(axes.x, axes.y) * 0.9;
}

float foot(vec2 q) {
  float top = 0.0022 + 0.011 * exp(-q.x * 150.0);
  float disc = max(abs(q.y - 0.5 * top) - 0.5 * top, q.x - 0.036) * 0.8;
  vec2 stem = vec2(q.x - 0.0038 - 0.006 * exp(-(0.098 - q.y) * 180.0), max(q.y - 0.0935, 0.004 - q.y));
  return smin(disc - 0.0004, (length(max(stem, 0.0)) + min(max(stem.x, stem.y), 0.0)) * 0.8, 0.006);
}

float wall(vec2 q) { return max(abs(bowl(q)) - 0.0005, q.y - RIM); }

float subject(vec3 p) {
  vec2 q = vec2(length(p.xz), p.y);
  return min(wall(q), foot(q));
}

float shell(vec3 p) {
  vec2 q = vec2(length(p.xz), p.y);
  return max(bowl(q) - 0.0005, q.y - RIM);
}

float cabin(vec3 p) {
  vec2 q = vec2(length(p.xz), p.y);
  return max(bowl(q) + 0.0012, q.y - FILLED);
}

vec3 cabinLight(vec3 p) {
  // Light from the window reaches the side that is turned to it; the surface is paler.
  float edge = smoothstep(0.0, 0.006, FILLED - p.y);
  float lit = 0.6 - 8.0 * p.x;
  return mix(vec3(0.2, 0.045, 0.05), vec3(0.045, 0.004, 0.008), edge) * AMBIENT * lit;
}

Mat subjectMat(vec3 p, vec3 n) {
  vec2 q = vec2(length(p.xz), p.y);
  Mat m = matte(vec3(0.0));
  if (wall(q) < foot(q)) { m.pane = true; return m; }
  m.glass = true;
  m.ior = 1.5;
  m.absorb = vec3(2.0, 1.0, 1.5);
  m.tint = vec3(0.9);
  return m;
}
