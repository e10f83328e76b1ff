// SPDX-License-Identifier: MIT
#include "from_js.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "support/text.h"
#include "tinycnn/option_names.h"

namespace tinycnn::bindings {
namespace {

constexpr double kMaxSafeInteger = 9007199254740991.0;

[[noreturn]] void refuse(const char* what, const char* field, std::string_view expected,
                         std::string_view got) {
  const char* dot = field == nullptr ? "" : ".";
  fail("[", what, dot, field == nullptr ? "" : field, "] expected ", expected, ", got ", got);
}

bool is_missing(const val& value) { return value.isUndefined() || value.isNull(); }

std::string type_of(const val& value) {
  return value.isNull() ? "null" : value.typeOf().as<std::string>();
}

void require_object(const val& value, const char* what, const char* field = nullptr) {
  if (is_missing(value) || type_of(value) != "object") {
    refuse(what, field, "an object", type_of(value));
  }
}

bool is_instance(const val& value, const char* constructor) {
  return !is_missing(value) && value.instanceof(val::global(constructor));
}

std::size_t length_of(const val& array) { return array["length"].as<std::size_t>(); }

std::size_t require_array(const val& value, const char* what, const char* field = nullptr) {
  if (!value.isArray()) {
    refuse(what, field, "an array", type_of(value));
  }
  return length_of(value);
}

int to_int(const val& value, const char* what, const char* field = nullptr) {
  const std::int64_t number = to_integer(value, what, field);
  if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max()) {
    refuse(what, field, "a smaller integer", concat(number));
  }
  return static_cast<int>(number);
}

/// An optional field; keeps its default if it is missing.
void read(const val& object, const char* field, const char* what, int& into) {
  if (const val value = object[field]; !is_missing(value)) {
    into = to_int(value, what, field);
  }
}
void read(const val& object, const char* field, const char* what, std::int64_t& into) {
  if (const val value = object[field]; !is_missing(value)) {
    into = to_integer(value, what, field);
  }
}
void read(const val& object, const char* field, const char* what, double& into) {
  if (const val value = object[field]; !is_missing(value)) {
    into = to_number(value, what, field);
  }
}
void read(const val& object, const char* field, const char* what, bool& into) {
  if (const val value = object[field]; !is_missing(value)) {
    if (!value.isTrue() && !value.isFalse()) {
      refuse(what, field, "true or false", type_of(value));
    }
    into = value.isTrue();
  }
}

/// A number for both sides, or [height, width]; at least `min`.
void read(const val& object, const char* field, const char* what, int min, Size2d& into) {
  const val value = object[field];
  if (is_missing(value)) {
    return;
  }
  if (value.isArray()) {
    if (const std::size_t length = length_of(value); length != 2) {
      refuse(what, field, "a number or [height, width]", concat(length, " numbers"));
    }
    into = {to_int(value[0], what, field), to_int(value[1], what, field)};
  } else {
    const int side = to_int(value, what, field);
    into = {side, side};
  }
  if (const int got = std::min(into.height, into.width); got < min) {
    refuse(what, field, concat("at least ", min), concat(got));
  }
}

/// A number for all sides, or [left, right, top, bottom].
void read(const val& object, const char* field, const char* what, Sides2d& into) {
  const val value = object[field];
  if (is_missing(value)) {
    return;
  }
  const bool is_array = value.isArray();
  if (is_array && length_of(value) != 4) {
    refuse(what, field, "a number or [left, right, top, bottom]",
           concat(length_of(value), " numbers"));
  }
  const auto side = [&](int index) {
    return to_int(is_array ? val(value[index]) : value, what, field);
  };
  into = {side(0), side(1), side(2), side(3)};
}

/// An optional field [first, second].
void read_pair(const val& object, const char* field, const char* what, double& first,
               double& second) {
  const val value = object[field];
  if (is_missing(value)) {
    return;
  }
  if (const std::size_t length = require_array(value, what, field); length != 2) {
    refuse(what, field, "two numbers", concat(length));
  }
  first = to_number(value[0], what, field);
  second = to_number(value[1], what, field);
}

/// Reads fields of `object` by name.
struct FieldReader {
  const val& object;
  const char* what;
  std::string name;
  int min_side = 0;

  void operator()(Size2d& into) const { read(object, name.c_str(), what, min_side, into); }
  void operator()(double& first, double& second) const {
    read_pair(object, name.c_str(), what, first, second);
  }
  template <class Value>
  void operator()(Value& into) const {
    read(object, name.c_str(), what, into);
  }
};

template <class Options>
void read_fields(const val& object, const char* what, std::span<const Field<Options>> fields,
                 Options& into) {
  for (const Field<Options>& field : fields) {
    field.visit(into, FieldReader{object, what, std::string(field.name()), field.min_side()});
  }
}

std::vector<std::string> to_texts(const val& value, const char* what, const char* field = nullptr) {
  std::vector<std::string> texts(require_array(value, what, field));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    texts[i] = to_text(value[i], what, field);
  }
  return texts;
}

LayerSpec to_layer_spec(const val& value, std::size_t index) {
  const std::string place = concat("layers[", index, "]");
  require_object(value, place.c_str());
  LayerSpec layer;
  layer.name = to_text(value["name"], place.c_str(), "name");
  layer.type = layer_type_from_string(to_text(value["type"], place.c_str(), "type"));
  const std::string name = concat(to_string(layer.type), " ", layer.name);
  const char* what = name.c_str();
  if (const val from = value["from"]; !is_missing(from)) {
    layer.from = to_texts(from, what, "from");
  }
  read_fields(value, what, layer_fields(layer.type), layer);
  return layer;
}

/// The index of a name in an enumeration's table of names.
std::size_t index_of(std::span<const std::string_view> names, const val& value, const char* what,
                     const char* field = nullptr) {
  const std::string text = to_text(value, what, field);
  std::string known = "one of ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) {
      return i;
    }
    known += concat(i == 0 ? "" : ", ", names[i]);
  }
  refuse(what, field, known, concat("'", text, "'"));
}

template <class Enum>
void read(const val& object, const char* field, const char* what,
          std::span<const std::string_view> names, Enum& into) {
  into = static_cast<Enum>(index_of(names, object[field], what, field));
}

OptimizerOptions to_optimizer(const val& value) {
  const char* what = "optimizer";
  require_object(value, what);
  OptimizerOptions options =
      default_options(optimizer_type_from_string(to_text(value["type"], what, "type")));
  read_fields(value, what, optimizer_fields(options.type), options);
  return options;
}

AugmentOptions to_augment(const val& value) {
  const char* what = "augment";
  require_object(value, what);
  AugmentOptions options;
  read(value, "generated", what, options.generated);
  read(value, "degrees", what, options.degrees);
  read_pair(value, "translate", what, options.translate_x, options.translate_y);
  read_pair(value, "scale", what, options.scale_min, options.scale_max);
  read(value, "shear", what, options.shear);
  read_pair(value, "thickness", what, options.thickness_min, options.thickness_max);
  read(value, "cutout", what, options.cutout);
  read(value, "mixup", what, options.mixup);
  if (const val elastic = value["elastic"]; !is_missing(elastic)) {
    require_object(elastic, "augment.elastic");
    read(elastic, "alpha", "augment.elastic", options.elastic_alpha);
    read(elastic, "grid", "augment.elastic", options.elastic_grid);
  }
  return options;
}

/// A name, or { type, labelSmoothing }.
LossOptions to_loss(const val& value) {
  LossOptions loss;
  if (value.isString()) {
    loss.type = static_cast<LossType>(index_of(kLossNames, value, "loss"));
    return loss;
  }
  require_object(value, "loss");
  read(value, "type", "loss", kLossNames, loss.type);
  read(value, "labelSmoothing", "loss", loss.label_smoothing);
  return loss;
}

}  // namespace

double to_number(const val& value, const char* what, const char* field) {
  if (!value.isNumber()) {
    refuse(what, field, "a number", type_of(value));
  }
  return value.as<double>();
}

std::int64_t to_integer(const val& value, const char* what, const char* field) {
  const double number = to_number(value, what, field);
  if (std::floor(number) != number || std::abs(number) > kMaxSafeInteger) {
    refuse(what, field, "an integer", concat(number));
  }
  return static_cast<std::int64_t>(number);
}

std::uint64_t to_seed(const val& value, const char* what, const char* field) {
  const std::int64_t number = to_integer(value, what, field);
  if (number < 0) {
    refuse(what, field, "an integer from 0", concat(number));
  }
  return static_cast<std::uint64_t>(number);
}

std::uint64_t to_repetitions(const val& value, const char* what, std::uint64_t max) {
  const std::uint64_t number = to_seed(value, what);
  if (number < 1 || number > max) {
    refuse(what, nullptr, concat("from 1 to ", max), concat(number));
  }
  return number;
}

std::string to_text(const val& value, const char* what, const char* field) {
  if (!value.isString()) {
    refuse(what, field, "a string", type_of(value));
  }
  return value.as<std::string>();
}

std::vector<std::uint8_t> to_bytes(const val& value, const char* what, const char* field) {
  if (!is_instance(value, "Uint8Array") && !is_instance(value, "Uint8ClampedArray")) {
    refuse(what, field, "a Uint8Array", type_of(value));
  }
  std::vector<std::uint8_t> bytes(length_of(value));
  val(emscripten::typed_memory_view(bytes.size(), bytes.data())).call<void>("set", value);
  return bytes;
}

std::vector<float> to_floats(const val& value, const char* what, const char* field) {
  if (!value.isArray() && !val::global("ArrayBuffer").call<bool>("isView", value)) {
    refuse(what, field, "an array of numbers", type_of(value));
  }
  std::vector<float> floats(length_of(value));
  val(emscripten::typed_memory_view(floats.size(), floats.data())).call<void>("set", value);
  return floats;
}

ModelSpec to_model_spec(const val& value) {
  require_object(value, "model");
  ModelSpec spec;
  if (const val name = value["name"]; !is_missing(name)) {
    spec.name = to_text(name, "model.name");
  }
  const val input = value["input"];
  const char* what = "model.input";
  if (const std::size_t length = require_array(input, what); length != 3) {
    refuse(what, nullptr, "[channels, height, width]", concat(length, " numbers"));
  }
  spec.input = {to_int(input[0], what), to_int(input[1], what), to_int(input[2], what)};
  const val layers = value["layers"];
  const std::size_t count = require_array(layers, "model.layers");
  for (std::size_t i = 0; i < count; ++i) {
    spec.layers.push_back(to_layer_spec(layers[i], i));
  }
  return spec;
}

Schedule to_schedule(const val& value) {
  const char* what = "schedule";
  require_object(value, what);
  Schedule schedule;
  read(value, "type", what, kScheduleNames, schedule.type);
  read(value, "totalSteps", what, schedule.total_steps);
  read(value, "pctStart", what, schedule.pct_start);
  read(value, "divFactor", what, schedule.div_factor);
  read(value, "finalDivFactor", what, schedule.final_div_factor);
  if (!is_missing(value["annealStrategy"])) {
    read(value, "annealStrategy", what, kAnnealNames, schedule.anneal);
  }
  read(value, "cycleMomentum", what, schedule.cycle_momentum);
  read(value, "baseMomentum", what, schedule.base_momentum);
  read(value, "maxMomentum", what, schedule.max_momentum);
  read(value, "gamma", what, schedule.gamma);
  read(value, "stepSize", what, schedule.step_size);
  read(value, "etaMin", what, schedule.eta_min);
  read(value, "warmupSteps", what, schedule.warmup_steps);
  read(value, "warmupStartFactor", what, schedule.warmup_start_factor);
  return schedule;
}

RangeTestOptions to_range_test_options(const val& value) {
  const char* what = "findLearningRate";
  RangeTestOptions options;
  if (!is_missing(value)) {
    require_object(value, what);
    read(value, "min", what, options.min);
    read(value, "max", what, options.max);
    read(value, "steps", what, options.steps);
  }
  return options;
}

TrainerOptions to_trainer_options(const val& value) {
  const char* what = "session";
  require_object(value, what);
  TrainerOptions options;
  if (const val seed = value["seed"]; !is_missing(seed)) {
    options.seed = to_seed(seed, "session.seed");
  }
  read(value, "batchSize", what, options.batch_size);
  if (const val optimizer = value["optimizer"]; !is_missing(optimizer)) {
    options.optimizer = to_optimizer(optimizer);
  }
  if (const val schedule = value["schedule"]; !is_missing(schedule)) {
    options.schedule = to_schedule(schedule);
  }
  if (const val normalize = value["normalize"]; !is_missing(normalize)) {
    require_object(normalize, "session.normalize");
    read(normalize, "mean", "session.normalize", options.normalization.mean);
    read(normalize, "std", "session.normalize", options.normalization.std);
  }
  if (const val loss = value["loss"]; !is_missing(loss)) {
    options.loss = to_loss(loss);
  }
  if (const val augment = value["augment"]; !is_missing(augment)) {
    options.augment = to_augment(augment);
  }
  read(value, "emaDecay", what, options.ema_decay);
  if (const val names = value["classNames"]; !is_missing(names)) {
    options.class_names = to_texts(names, "session.classNames");
  }
  return options;
}

Dataset to_dataset(const val& value) {
  Images images{.count = to_int(value["count"], "data.count"),
                .channels = to_int(value["channels"], "data.channels"),
                .height = to_int(value["height"], "data.height"),
                .width = to_int(value["width"], "data.width"),
                .pixels = to_bytes(value["images"], "data.images")};
  return {std::move(images), to_bytes(value["labels"], "data.labels")};
}

std::vector<NamedTensor> to_tensors(const val& value) {
  std::vector<NamedTensor> tensors(require_array(value, "setParameters"));
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const val tensor = value[i];
    const std::string name = concat("setParameters[", i, "]");
    const char* what = name.c_str();
    require_object(tensor, what);
    tensors[i].name = to_text(tensor["name"], what, "name");
    const val shape = tensor["shape"];
    const std::size_t dimensions = require_array(shape, what, "shape");
    for (std::size_t d = 0; d < dimensions; ++d) {
      tensors[i].shape.push_back(to_int(shape[d], what, "shape"));
    }
    tensors[i].data = to_floats(tensor["data"], what, "data");
  }
  return tensors;
}

}  // namespace tinycnn::bindings
