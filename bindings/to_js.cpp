// SPDX-License-Identifier: MIT
#include "to_js.h"

#include <exception>
#include <new>

#include "tinycnn/error.h"
#include "tinycnn/option_names.h"

namespace tinycnn::bindings {
namespace {

val from_numbers(std::initializer_list<double> numbers) {
  val array = val::array();
  for (const double number : numbers) {
    push(array, val(number));
  }
  return array;
}

template <class... Numbers>
val array_of(const Numbers&... numbers) {
  return from_numbers({static_cast<double>(numbers)...});
}

val from_shape(const Shape& shape) { return array_of(shape.channels, shape.height, shape.width); }
val from_size(const Size2d& size) { return array_of(size.height, size.width); }

val from_strings(const std::vector<std::string>& strings) {
  val array = val::array();
  for (const std::string& each : strings) {
    push(array, val(each));
  }
  return array;
}

/// Writes fields by name.
struct FieldWriter {
  val& object;
  std::string name;
  int min_side = 0;

  /// A size that may not be written, such as a stride left at its default, is left out.
  void operator()(const Size2d& size) const {
    if (size.height >= min_side) {
      put(object, name.c_str(), from_size(size));
    }
  }
  void operator()(const Sides2d& sides) const {
    put(object, name.c_str(), array_of(sides.left, sides.right, sides.top, sides.bottom));
  }
  void operator()(double first, double second) const {
    put(object, name.c_str(), array_of(first, second));
  }
  void operator()(double number) const { put(object, name.c_str(), number); }
  void operator()(int number) const { put(object, name.c_str(), number); }
  void operator()(bool flag) const { put(object, name.c_str(), flag); }
};

template <class Options>
void put_field(val& object, const Field<Options>& field, const Options& options) {
  field.visit(options, FieldWriter{object, std::string(field.name()), field.min_side()});
}

/// The fields that a layer's type uses.
val from_layer_spec(const LayerSpec& layer) {
  val object = val::object();
  put(object, "name", layer.name);
  put(object, "type", to_string(layer.type));
  if (!layer.from.empty()) {
    put(object, "from", from_strings(layer.from));
  }
  for (const Field<LayerSpec>& field : layer_fields(layer.type)) {
    if (!is_left_out(layer, field.name())) {
      put_field(object, field, layer);
    }
  }
  return object;
}

val from_optimizer(const OptimizerOptions& options) {
  val object = val::object();
  put(object, "type", to_string(options.type));
  for (const Field<OptimizerOptions>& field : optimizer_fields(options.type)) {
    if (field.name() != "clipNorm" || options.clip_norm > 0.0) {
      put_field(object, field, options);
    }
  }
  return object;
}

void set_one_cycle(val& object, const Schedule& schedule) {
  put(object, "pctStart", schedule.pct_start);
  put(object, "divFactor", schedule.div_factor);
  put(object, "finalDivFactor", schedule.final_div_factor);
  put(object, "annealStrategy", name_of(kAnnealNames, schedule.anneal));
  put(object, "cycleMomentum", schedule.cycle_momentum);
  if (schedule.cycle_momentum) {
    put(object, "baseMomentum", schedule.base_momentum);
    put(object, "maxMomentum", schedule.max_momentum);
  }
}

val from_schedule(const Schedule& schedule) {
  val object = val::object();
  put(object, "type", name_of(kScheduleNames, schedule.type));
  if (schedule.type == ScheduleType::kOneCycle || schedule.type == ScheduleType::kCosine) {
    put(object, "totalSteps", schedule.total_steps);
  }
  if (schedule.type == ScheduleType::kOneCycle) {
    set_one_cycle(object, schedule);
  }
  if (schedule.type == ScheduleType::kCosine) {
    put(object, "etaMin", schedule.eta_min);
  }
  if (schedule.type == ScheduleType::kExponential || schedule.type == ScheduleType::kStep) {
    put(object, "gamma", schedule.gamma);
  }
  if (schedule.type == ScheduleType::kStep) {
    put(object, "stepSize", schedule.step_size);
  }
  if (schedule.warmup_steps > 0) {
    put(object, "warmupSteps", schedule.warmup_steps);
    put(object, "warmupStartFactor", schedule.warmup_start_factor);
  }
  return object;
}

val from_loss(const LossOptions& loss) {
  val object = val::object();
  put(object, "type", name_of(kLossNames, loss.type));
  if (loss.type == LossType::kCrossEntropy) {
    put(object, "labelSmoothing", loss.label_smoothing);
  }
  return object;
}

/// A page that uses neither does not load it: it must not be inlined.
[[gnu::noinline]] void put_extras(val& object, const AugmentOptions& options) {
  put(object, "cutout", options.cutout);
  put(object, "mixup", options.mixup);
}

val from_augment(const AugmentOptions& options) {
  val elastic = val::object();
  put(elastic, "alpha", options.elastic_alpha);
  put(elastic, "grid", options.elastic_grid);
  val object = val::object();
  put(object, "generated", options.generated);
  put(object, "degrees", options.degrees);
  put(object, "translate", array_of(options.translate_x, options.translate_y));
  put(object, "scale", array_of(options.scale_min, options.scale_max));
  put(object, "shear", options.shear);
  put(object, "elastic", elastic);
  put(object, "thickness", array_of(options.thickness_min, options.thickness_max));
  if (options.cutout > 0 || options.mixup > 0.0) {
    put_extras(object, options);
  }
  return object;
}

val from_recipe(const Recipe& recipe) {
  val object = val::object();
  put(object, "title", recipe.title);
  put(object, "epochs", recipe.epochs);
  put(object, "batchSize", recipe.options.batch_size);
  put(object, "optimizer", from_optimizer(recipe.options.optimizer));
  put(object, "schedule", from_schedule(recipe.options.schedule));
  put(object, "loss", from_loss(recipe.options.loss));
  if (recipe.options.augment != AugmentOptions{}) {
    put(object, "augment", from_augment(recipe.options.augment));
  }
  put(object, "emaDecay", recipe.options.ema_decay);
  val normalize = val::object();
  put(normalize, "mean", recipe.options.normalization.mean);
  put(normalize, "std", recipe.options.normalization.std);
  put(object, "normalize", normalize);
  return object;
}

template <class Element>
val copy_out(const char* type, std::span<const Element> elements) {
  const val view(emscripten::typed_memory_view(elements.size(), elements.data()));
  return val::global(type).new_(view);
}

}  // namespace

void set_value(val& object, const char* name, const val& value) { object.set(name, value); }
void set_number(val& object, const char* name, double number) { object.set(name, val(number)); }
void set_flag(val& object, const char* name, bool flag) { object.set(name, val(flag)); }
void set_text(val& object, const char* name, std::string_view text) {
  object.set(name, val(std::string(text)));
}

void push(val& array, const val& value) { array.call<void>("push", value); }

namespace {

/// The package's code for an error; null if the caller's default code applies.
const char* code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMissingData:
      return "missing-data";
    case ErrorCode::kOutOfMemory:
      return "out-of-memory";
    case ErrorCode::kInvalid:
      break;
  }
  return nullptr;
}

void put_error(val& outcome, const char* text, const char* code) {
  put(outcome, "error", text);
  if (code != nullptr) {
    put(outcome, "code", code);
  }
}

}  // namespace

val guarded_call(val (*call)(const void* function), const void* function) {
  val outcome = val::object();
  try {
    put(outcome, "value", call(function));
  } catch (const Error& error) {
    put_error(outcome, error.what(), code_of(error.code()));
  } catch (const std::bad_alloc&) {
    put_error(outcome,
              "[memory] expected enough memory for this, got none: try a "
              "smaller model, batch or data set",
              code_of(ErrorCode::kOutOfMemory));
  } catch (const std::exception& error) {
    put_error(outcome, error.what(), "internal");
  }
  return outcome;
}

val from_bytes(std::span<const std::uint8_t> bytes) { return copy_out("Uint8Array", bytes); }
val from_floats(std::span<const float> floats) { return copy_out("Float32Array", floats); }
val from_words(std::span<const std::uint32_t> words) { return copy_out("Uint32Array", words); }
val from_doubles(std::span<const double> doubles) { return copy_out("Float64Array", doubles); }

val from_model_spec(const ModelSpec& spec) {
  val object = val::object();
  put(object, "name", spec.name);
  put(object, "input", from_shape(spec.input));
  val layers = val::array();
  for (const LayerSpec& layer : spec.layers) {
    push(layers, from_layer_spec(layer));
  }
  put(object, "layers", layers);
  return object;
}

val from_summary(const ModelSummary& summary) {
  val layers = val::array();
  for (const LayerSummary& layer : summary.layers) {
    val object = val::object();
    put(object, "name", layer.spec.name);
    put(object, "type", to_string(layer.spec.type));
    val from = val::array();
    for (const int source : layer.inputs) {
      push(from, val(source < 0 ? std::string(kInputName)
                                : summary.layers[static_cast<std::size_t>(source)].spec.name));
    }
    put(object, "from", from);
    if (layer.spec.frozen) {
      put(object, "frozen", true);
    }
    put(object, "shape", from_shape(layer.output));
    put(object, "parameters", layer.parameter_count);
    put(object, "macs", layer.macs);
    push(layers, object);
  }
  val object = val::object();
  put(object, "layers", layers);
  put(object, "parameters", summary.parameter_count);
  put(object, "macs", summary.macs);
  return object;
}

/// One line per type: its name and the names of its fields.
template <class Type, class FieldsOf>
std::string field_names(const FieldsOf& fields_of) {
  std::string text;
  for (int i = 0; to_string(static_cast<Type>(i)) != "unknown"; ++i) {
    text += to_string(static_cast<Type>(i));
    for (const auto& field : fields_of(static_cast<Type>(i))) {
      (text += ' ') += field.name();
    }
    text += '\n';
  }
  return text;
}

val from_option_names() {
  val object = val::object();
  put(object, "layers", field_names<LayerType>(layer_fields));
  put(object, "optimizers", field_names<OptimizerType>(optimizer_fields));
  return object;
}

val from_zoo_entry(const ZooEntry& entry) {
  val object = val::object();
  put(object, "id", entry.id);
  put(object, "title", entry.title);
  put(object, "spec", from_model_spec(entry.spec));
  put(object, "parameters", entry.parameters);
  put(object, "macs", entry.macs);
  put(object, "recipe", from_recipe(entry.recipe));
  put(object, "bestRecipe", from_recipe(entry.best_recipe));
  put(object, "published", entry.published);
  put(object, "source", entry.source);
  return object;
}

val from_texts(const std::vector<std::string>& texts) { return from_strings(texts); }

val from_tensors(const std::vector<NamedTensor>& tensors) {
  val array = val::array();
  for (const NamedTensor& tensor : tensors) {
    val object = val::object();
    put(object, "name", tensor.name);
    put(object, "shape", val::array(tensor.shape));
    put(object, "data", from_floats(tensor.data));
    push(array, object);
  }
  return array;
}

val from_maps(const std::vector<ActivationMap>& maps) {
  val array = val::array();
  for (const ActivationMap& map : maps) {
    val object = val::object();
    put(object, "name", map.name);
    put(object, "type", map.type);
    put(object, "shape", from_shape(map.shape));
    put(object, "data", from_floats(map.data));
    push(array, object);
  }
  return array;
}

val from_train_result(const TrainResult& result) {
  val object = val::object();
  put(object, "step", result.step);
  put(object, "epoch", result.epoch);
  put(object, "samples", result.samples);
  put(object, "lossSum", result.loss_sum);
  put(object, "correct", result.correct);
  put(object, "learningRate", result.learning_rate);
  if (result.divergence) {
    val divergence = val::object();
    put(divergence, "step", result.divergence->step);
    put(divergence, "loss", result.divergence->loss);
    put(divergence, "cause", result.divergence->cause);
    put(divergence, "cure", result.divergence->cure);
    put(object, "divergence", divergence);
  }
  return object;
}

val from_range_test(const RangeTest& test) {
  val points = val::array();
  for (const RangeTestPoint& point : test.points) {
    val object = val::object();
    put(object, "learningRate", point.learning_rate);
    put(object, "loss", point.loss);
    put(object, "smoothed", point.smoothed);
    push(points, object);
  }
  val object = val::object();
  put(object, "points", points);
  put(object, "suggested", test.suggested);
  return object;
}

val from_evaluation(const Evaluation& evaluation, int classes) {
  val rows = val::array();
  for (int row = 0; row < classes; ++row) {
    const auto begin = evaluation.confusion.begin() + std::ptrdiff_t{row} * classes;
    push(rows, val::array(begin, begin + classes));
  }
  val object = val::object();
  put(object, "count", evaluation.count);
  put(object, "lossSum", evaluation.loss_sum);
  put(object, "correct", evaluation.correct);
  put(object, "confusion", rows);
  put(object, "predicted", from_bytes(evaluation.predicted));
  return object;
}

}  // namespace tinycnn::bindings
