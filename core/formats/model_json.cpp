// SPDX-License-Identifier: MIT
#include "formats/model_json.h"

#include "tinycnn/option_names.h"

namespace tinycnn {
namespace {

void write_numbers(JsonWriter& json, std::initializer_list<double> numbers) {
  json.open('[');
  for (const double number : numbers) {
    json.number(number);
  }
  json.close(']');
}

/// Writes the members of a field under its name.
struct FieldWriter {
  JsonWriter& json;
  std::string_view name;
  int min_side = 0;

  /// A size that may not be written, such as a stride left at its default, is left out.
  void operator()(const Size2d& size) const {
    if (size.height >= min_side) {
      json.key(name);
      write_numbers(json, {static_cast<double>(size.height), static_cast<double>(size.width)});
    }
  }
  void operator()(const Sides2d& sides) const {
    json.key(name);
    write_numbers(json, {static_cast<double>(sides.left), static_cast<double>(sides.right),
                         static_cast<double>(sides.top), static_cast<double>(sides.bottom)});
  }
  void operator()(double first, double second) const {
    json.key(name);
    write_numbers(json, {first, second});
  }
  void operator()(double number) const {
    json.key(name);
    json.number(number);
  }
  void operator()(int number) const {
    json.key(name);
    json.integer(number);
  }
  void operator()(bool flag) const {
    json.key(name);
    json.boolean(flag);
  }
};

template <class Options>
void write_fields(JsonWriter& json, std::span<const Field<Options>> fields,
                  const Options& options) {
  for (const Field<Options>& field : fields) {
    field.visit(options, FieldWriter{json, field.name(), field.min_side()});
  }
}

void write_layer(JsonWriter& json, const LayerSpec& layer) {
  json.open('{');
  json.key("name");
  json.text(layer.name);
  json.key("type");
  json.text(to_string(layer.type));
  if (!layer.from.empty()) {
    json.key("from");
    write_texts(json, layer.from);
  }
  for (const Field<LayerSpec>& field : layer_fields(layer.type)) {
    if (!is_left_out(layer, field.name())) {
      field.visit(layer, FieldWriter{json, field.name(), field.min_side()});
    }
  }
  json.close('}');
}

/// A named value: { …, "name": value }.
void put(JsonWriter& json, std::string_view name, double value) {
  json.key(name);
  json.number(value);
}
void put(JsonWriter& json, std::string_view name, std::string_view value) {
  json.key(name);
  json.text(value);
}

void write_one_cycle(JsonWriter& json, const Schedule& schedule) {
  put(json, "pctStart", schedule.pct_start);
  put(json, "divFactor", schedule.div_factor);
  put(json, "finalDivFactor", schedule.final_div_factor);
  put(json, "annealStrategy", name_of(kAnnealNames, schedule.anneal));
  json.key("cycleMomentum");
  json.boolean(schedule.cycle_momentum);
  put(json, "baseMomentum", schedule.base_momentum);
  put(json, "maxMomentum", schedule.max_momentum);
}

void write_schedule(JsonWriter& json, const Schedule& schedule) {
  const ScheduleType type = schedule.type;
  json.open('{');
  put(json, "type", name_of(kScheduleNames, type));
  if (type == ScheduleType::kOneCycle || type == ScheduleType::kCosine) {
    put(json, "totalSteps", static_cast<double>(schedule.total_steps));
  }
  if (type == ScheduleType::kOneCycle) {
    write_one_cycle(json, schedule);
  }
  if (type == ScheduleType::kCosine) {
    put(json, "etaMin", schedule.eta_min);
  }
  if (type == ScheduleType::kExponential || type == ScheduleType::kStep) {
    put(json, "gamma", schedule.gamma);
  }
  if (type == ScheduleType::kStep) {
    put(json, "stepSize", static_cast<double>(schedule.step_size));
  }
  if (schedule.warmup_steps > 0) {
    put(json, "warmupSteps", static_cast<double>(schedule.warmup_steps));
    put(json, "warmupStartFactor", schedule.warmup_start_factor);
  }
  json.close('}');
}

void write_augment(JsonWriter& json, const AugmentOptions& options) {
  json.open('{');
  put(json, "generated", options.generated);
  put(json, "degrees", options.degrees);
  json.key("translate");
  write_numbers(json, {options.translate_x, options.translate_y});
  json.key("scale");
  write_numbers(json, {options.scale_min, options.scale_max});
  put(json, "shear", options.shear);
  json.key("elastic");
  json.open('{');
  put(json, "alpha", options.elastic_alpha);
  put(json, "grid", options.elastic_grid);
  json.close('}');
  json.key("thickness");
  write_numbers(json, {options.thickness_min, options.thickness_max});
  if (options.cutout > 0) {
    put(json, "cutout", options.cutout);
  }
  if (options.mixup > 0.0) {
    put(json, "mixup", options.mixup);
  }
  json.close('}');
}

void write_optimizer(JsonWriter& json, const OptimizerOptions& options) {
  json.open('{');
  put(json, "type", to_string(options.type));
  write_fields(json, optimizer_fields(options.type), options);
  json.close('}');
}

void write_loss(JsonWriter& json, const LossOptions& loss) {
  json.open('{');
  put(json, "type", name_of(kLossNames, loss.type));
  if (loss.type == LossType::kCrossEntropy) {
    put(json, "labelSmoothing", loss.label_smoothing);
  }
  json.close('}');
}

}  // namespace

void write_texts(JsonWriter& json, std::span<const std::string> texts) {
  json.open('[');
  for (const std::string& text : texts) {
    json.text(text);
  }
  json.close(']');
}

void write_shapes(JsonWriter& json, std::span<const NamedTensor> tensors) {
  json.open('[');
  for (const NamedTensor& tensor : tensors) {
    json.open('{');
    json.key("name");
    json.text(tensor.name);
    json.key("shape");
    json.open('[');
    for (const int side : tensor.shape) {
      json.integer(side);
    }
    json.close(']');
    json.close('}');
  }
  json.close(']');
}

void write_spec(JsonWriter& json, const ModelSpec& spec) {
  json.open('{');
  put(json, "name", spec.name);
  json.key("input");
  write_numbers(json,
                {static_cast<double>(spec.input.channels), static_cast<double>(spec.input.height),
                 static_cast<double>(spec.input.width)});
  json.key("layers");
  json.open('[');
  for (const LayerSpec& layer : spec.layers) {
    write_layer(json, layer);
  }
  json.close(']');
  json.close('}');
}

void write_normalization(JsonWriter& json, const Normalization& normalization) {
  json.open('{');
  put(json, "mean", normalization.mean);
  put(json, "std", normalization.std);
  json.close('}');
}

void write_recipe(JsonWriter& json, const TrainerOptions& options) {
  json.open('{');
  put(json, "seed", static_cast<double>(options.seed));
  put(json, "batchSize", options.batch_size);
  json.key("optimizer");
  write_optimizer(json, options.optimizer);
  json.key("schedule");
  write_schedule(json, options.schedule);
  json.key("loss");
  write_loss(json, options.loss);
  put(json, "emaDecay", options.ema_decay);
  if (options.augment != AugmentOptions{}) {
    json.key("augment");
    write_augment(json, options.augment);
  }
  json.key("normalize");
  write_normalization(json, options.normalization);
  json.close('}');
}

}  // namespace tinycnn
