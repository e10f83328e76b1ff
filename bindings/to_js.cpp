// SPDX-License-Identifier: MIT
#include "to_js.h"

#include <exception>
#include <new>

#include "names.h"
#include "tinycnn/error.h"

namespace tinycnn::bindings {
namespace {

template <class... Numbers>
val array_of(const Numbers&... numbers) {
  val array = val::array();
  (array.call<void>("push", numbers), ...);
  return array;
}

val from_shape(const Shape& shape) { return array_of(shape.channels, shape.height, shape.width); }
val from_size(const Size2d& size) { return array_of(size.height, size.width); }

val from_strings(const std::vector<std::string>& strings) {
  val array = val::array();
  for (const std::string& each : strings) {
    array.call<void>("push", each);
  }
  return array;
}

void set_kernel(val& object, const LayerSpec& layer) {
  object.set("kernelSize", from_size(layer.kernel_size));
  if (layer.stride != Size2d{}) {
    object.set("stride", from_size(layer.stride));
  }
  object.set("padding", from_size(layer.padding));
}

/// The fields that a layer's type uses.
val from_layer_spec(const LayerSpec& layer) {
  val object = val::object();
  object.set("name", layer.name);
  object.set("type", std::string(to_string(layer.type)));
  if (!layer.from.empty()) {
    object.set("from", from_strings(layer.from));
  }
  switch (layer.type) {
    case LayerType::kConv2d:
      object.set("outChannels", layer.out_channels);
      set_kernel(object, layer);
      object.set("groups", layer.groups);
      object.set("bias", layer.bias);
      break;
    case LayerType::kMaxPool2d:
    case LayerType::kAvgPool2d:
      set_kernel(object, layer);
      break;
    case LayerType::kLinear:
      object.set("outFeatures", layer.out_features);
      object.set("bias", layer.bias);
      break;
    case LayerType::kBatchNorm2d:
    case LayerType::kBatchNorm1d:
      object.set("eps", layer.eps);
      object.set("momentum", layer.momentum);
      break;
    case LayerType::kDropout:
    case LayerType::kDropout2d:
      object.set("p", layer.p);
      break;
    case LayerType::kLeakyReLU:
      object.set("negativeSlope", layer.negative_slope);
      break;
    default:
      break;
  }
  return object;
}

val from_optimizer(const OptimizerOptions& options) {
  val object = val::object();
  object.set("type", name_of(kOptimizers, options.type));
  object.set("learningRate", options.learning_rate);
  object.set("weightDecay", options.weight_decay);
  if (options.type == OptimizerType::kAdam || options.type == OptimizerType::kAdamW) {
    object.set("betas", array_of(options.beta1, options.beta2));
    object.set("eps", options.eps);
  } else {
    object.set("momentum", options.momentum);
  }
  if (options.type == OptimizerType::kSgd) {
    object.set("nesterov", options.nesterov);
  }
  if (options.type == OptimizerType::kRmsprop) {
    object.set("alpha", options.alpha);
    object.set("eps", options.eps);
  }
  if (options.clip_norm > 0.0) {
    object.set("clipNorm", options.clip_norm);
  }
  return object;
}

void set_one_cycle(val& object, const Schedule& schedule) {
  object.set("pctStart", schedule.pct_start);
  object.set("divFactor", schedule.div_factor);
  object.set("finalDivFactor", schedule.final_div_factor);
  object.set("annealStrategy", name_of(kAnneals, schedule.anneal));
  object.set("cycleMomentum", schedule.cycle_momentum);
  if (schedule.cycle_momentum) {
    object.set("baseMomentum", schedule.base_momentum);
    object.set("maxMomentum", schedule.max_momentum);
  }
}

val from_schedule(const Schedule& schedule) {
  val object = val::object();
  object.set("type", name_of(kSchedules, schedule.type));
  if (schedule.type == ScheduleType::kOneCycle || schedule.type == ScheduleType::kCosine) {
    object.set("totalSteps", static_cast<double>(schedule.total_steps));
  }
  if (schedule.type == ScheduleType::kOneCycle) {
    set_one_cycle(object, schedule);
  }
  if (schedule.type == ScheduleType::kCosine) {
    object.set("etaMin", schedule.eta_min);
  }
  if (schedule.type == ScheduleType::kExponential || schedule.type == ScheduleType::kStep) {
    object.set("gamma", schedule.gamma);
  }
  if (schedule.type == ScheduleType::kStep) {
    object.set("stepSize", static_cast<double>(schedule.step_size));
  }
  if (schedule.warmup_steps > 0) {
    object.set("warmupSteps", static_cast<double>(schedule.warmup_steps));
    object.set("warmupStartFactor", schedule.warmup_start_factor);
  }
  return object;
}

val from_loss(const LossOptions& loss) {
  val object = val::object();
  object.set("type", name_of(kLosses, loss.type));
  if (loss.type == LossType::kCrossEntropy) {
    object.set("labelSmoothing", loss.label_smoothing);
  }
  return object;
}

val from_augment(const AugmentOptions& options) {
  val elastic = val::object();
  elastic.set("alpha", options.elastic_alpha);
  elastic.set("grid", options.elastic_grid);
  val object = val::object();
  object.set("degrees", options.degrees);
  object.set("translate", array_of(options.translate_x, options.translate_y));
  object.set("scale", array_of(options.scale_min, options.scale_max));
  object.set("shear", options.shear);
  object.set("elastic", elastic);
  object.set("thickness", array_of(options.thickness_min, options.thickness_max));
  return object;
}

val from_recipe(const Recipe& recipe) {
  val object = val::object();
  object.set("title", std::string(recipe.title));
  object.set("epochs", recipe.epochs);
  object.set("batchSize", recipe.options.batch_size);
  object.set("optimizer", from_optimizer(recipe.options.optimizer));
  object.set("schedule", from_schedule(recipe.options.schedule));
  object.set("loss", from_loss(recipe.options.loss));
  if (!is_identity(recipe.options.augment)) {
    object.set("augment", from_augment(recipe.options.augment));
  }
  object.set("emaDecay", recipe.options.ema_decay);
  val normalize = val::object();
  normalize.set("mean", recipe.options.normalization.mean);
  normalize.set("std", recipe.options.normalization.std);
  object.set("normalize", normalize);
  return object;
}

template <class Element>
val copy_out(const char* type, std::span<const Element> elements) {
  const val view(emscripten::typed_memory_view(elements.size(), elements.data()));
  return val::global(type).new_(view);
}

}  // namespace

val guarded_call(val (*call)(const void* function), const void* function) {
  val result = val::object();
  try {
    result.set("value", call(function));
  } catch (const std::bad_alloc&) {
    result.set("error", std::string("[memory] expected enough memory for this, got none: try a "
                                    "smaller model, batch or data set"));
  } catch (const std::exception& error) {
    result.set("error", std::string(error.what()));
  }
  return result;
}

val from_bytes(std::span<const std::uint8_t> bytes) { return copy_out("Uint8Array", bytes); }
val from_floats(std::span<const float> floats) { return copy_out("Float32Array", floats); }

val from_model_spec(const ModelSpec& spec) {
  val object = val::object();
  object.set("name", spec.name);
  object.set("input", from_shape(spec.input));
  val layers = val::array();
  for (const LayerSpec& layer : spec.layers) {
    layers.call<void>("push", from_layer_spec(layer));
  }
  object.set("layers", layers);
  return object;
}

val from_summary(const ModelSummary& summary) {
  val layers = val::array();
  for (const LayerSummary& layer : summary.layers) {
    val object = val::object();
    object.set("name", layer.spec.name);
    object.set("type", std::string(to_string(layer.spec.type)));
    val from = val::array();
    for (const int source : layer.inputs) {
      from.call<void>("push", source < 0
                                  ? std::string(kInputName)
                                  : summary.layers[static_cast<std::size_t>(source)].spec.name);
    }
    object.set("from", from);
    object.set("shape", from_shape(layer.output));
    object.set("parameters", static_cast<double>(layer.parameter_count));
    object.set("macs", static_cast<double>(layer.macs));
    layers.call<void>("push", object);
  }
  val object = val::object();
  object.set("layers", layers);
  object.set("parameters", static_cast<double>(summary.parameter_count));
  object.set("macs", static_cast<double>(summary.macs));
  return object;
}

val from_zoo_entry(const ZooEntry& entry) {
  const ModelSummary summary = summarize(entry.spec);
  val object = val::object();
  object.set("id", std::string(entry.id));
  object.set("title", std::string(entry.title));
  object.set("spec", from_model_spec(entry.spec));
  object.set("parameters", static_cast<double>(summary.parameter_count));
  object.set("macs", static_cast<double>(summary.macs));
  object.set("recipe", from_recipe(entry.recipe));
  object.set("bestRecipe", from_recipe(entry.best_recipe));
  object.set("published", std::string(entry.published));
  object.set("source", std::string(entry.source));
  return object;
}

val from_tensors(const std::vector<NamedTensor>& tensors) {
  val array = val::array();
  for (const NamedTensor& tensor : tensors) {
    val object = val::object();
    object.set("name", tensor.name);
    object.set("shape", val::array(tensor.shape));
    object.set("data", from_floats(tensor.data));
    array.call<void>("push", object);
  }
  return array;
}

val from_maps(const std::vector<ActivationMap>& maps) {
  val array = val::array();
  for (const ActivationMap& map : maps) {
    val object = val::object();
    object.set("name", map.name);
    object.set("type", map.type);
    object.set("shape", from_shape(map.shape));
    object.set("data", from_floats(map.data));
    array.call<void>("push", object);
  }
  return array;
}

val from_train_result(const TrainResult& result) {
  val object = val::object();
  object.set("step", static_cast<double>(result.step));
  object.set("epoch", static_cast<double>(result.epoch));
  object.set("loss", result.loss);
  object.set("accuracy", result.accuracy);
  object.set("samples", static_cast<double>(result.samples));
  object.set("learningRate", result.learning_rate);
  if (result.divergence) {
    val divergence = val::object();
    divergence.set("step", static_cast<double>(result.divergence->step));
    divergence.set("loss", result.divergence->loss);
    divergence.set("cause", result.divergence->cause);
    divergence.set("cure", result.divergence->cure);
    object.set("divergence", divergence);
  }
  return object;
}

val from_range_test(const RangeTest& test) {
  val points = val::array();
  for (const RangeTestPoint& point : test.points) {
    val object = val::object();
    object.set("learningRate", point.learning_rate);
    object.set("loss", point.loss);
    object.set("smoothed", point.smoothed);
    points.call<void>("push", object);
  }
  val object = val::object();
  object.set("points", points);
  object.set("suggested", test.suggested);
  return object;
}

val from_evaluation(const Evaluation& evaluation, int classes) {
  val rows = val::array();
  for (int row = 0; row < classes; ++row) {
    const auto begin = evaluation.confusion.begin() + std::ptrdiff_t{row} * classes;
    rows.call<void>("push", val::array(begin, begin + classes));
  }
  val object = val::object();
  object.set("count", evaluation.count);
  object.set("lossSum", evaluation.loss_sum);
  object.set("correct", evaluation.correct);
  object.set("confusion", rows);
  object.set("predicted", from_bytes(evaluation.predicted));
  return object;
}

}  // namespace tinycnn::bindings
