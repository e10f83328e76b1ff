// SPDX-License-Identifier: MIT
#include "formats/json_writer.h"
#include "formats/model_json.h"
#include "tinycnn/channel_pruning.h"
#include "tinycnn/quantization_aware.h"
#include "tinycnn/quantized_model.h"

namespace tinycnn {
namespace {

void write_quantization(JsonWriter& json, const Quantization& quantization) {
  json.open('{');
  json.key("scale");
  json.number(double{quantization.scale});  // the very number
  json.key("zeroPoint");
  json.integer(quantization.zero_point);
  json.close('}');
}

void write_names(JsonWriter& json, const QuantizedModel& model, std::span<const int> steps) {
  json.open('[');
  for (const int index : steps) {
    json.text(index < 0 ? kInputName
                        : std::string_view(model.steps()[static_cast<std::size_t>(index)].name));
  }
  json.close(']');
}

void write_shape(JsonWriter& json, const Shape& shape) {
  json.open('[');
  for (const int side : {shape.channels, shape.height, shape.width}) {
    json.integer(side);
  }
  json.close(']');
}

void write_step(JsonWriter& json, const QuantizedModel& model, const QuantizedStep& step) {
  json.open('{');
  json.key("name");
  json.text(step.name);
  json.key("operation");
  json.text(to_string(step.operation));
  json.key("layer");
  json.text(to_string(step.layer));
  json.key("from");
  write_names(json, model, step.inputs);
  json.key("shape");
  write_shape(json, step.output);
  json.key("relu");
  json.boolean(step.relu);
  json.key("bytes");
  json.integer(static_cast<std::int64_t>(step.bytes));
  json.key("macs");
  json.integer(step.macs);
  json.key("quantization");
  write_quantization(json, step.quantization);
  json.key("min");
  json.number(step.range_min);
  json.key("max");
  json.number(step.range_max);
  json.close('}');
}

void write_layer(JsonWriter& json, const PrunedLayer& layer) {
  json.open('{');
  json.key("name");
  json.text(layer.name);
  json.key("parametersBefore");
  json.integer(layer.parameters_before);
  json.key("parameters");
  json.integer(layer.parameters);
  json.key("zeros");
  json.integer(layer.zeros);
  json.key("macsBefore");
  json.integer(layer.macs_before);
  json.key("macs");
  json.integer(layer.macs);
  json.key("channels");
  json.open('[');
  for (const int channel : layer.channels) {
    json.integer(channel);
  }
  json.close(']');
  json.close('}');
}

void write_report(JsonWriter& json, const PruneReport& report) {
  json.open('{');
  json.key("target");
  json.number(report.target);
  json.key("sparsity");
  json.number(report.sparsity);
  json.key("layers");
  json.open('[');
  for (const PrunedLayer& layer : report.layers) {
    write_layer(json, layer);
  }
  json.close(']');
  json.close('}');
}

/// Members of an object that is open.
void write_network(JsonWriter& json, const TrainedModel& model) {
  json.key("spec");
  write_spec(json, model.spec);
  json.key("parameters");
  write_shapes(json, model.parameters);
}

}  // namespace

std::string network_json(const TrainedModel& model) {
  JsonWriter json;
  json.open('{');
  write_network(json, model);
  json.close('}');
  return json.result();
}

std::string pruned_json(const PrunedNetwork& pruned) {
  JsonWriter json;
  json.open('{');
  write_network(json, pruned.model);
  json.key("report");
  write_report(json, pruned.report);
  json.close('}');
  return json.result();
}

std::string report_json(const QuantizedModel& model) {
  JsonWriter json;
  json.open('{');
  json.key("bytes");
  json.integer(static_cast<std::int64_t>(model.bytes()));
  json.key("macs");
  json.integer(model.macs());
  json.key("input");
  write_quantization(json, model.input_quantization());
  json.key("output");
  write_quantization(json, model.output_quantization());
  json.key("layers");
  json.open('[');
  for (const QuantizedStep& step : model.steps()) {
    write_step(json, model, step);
  }
  json.close(']');
  json.close('}');
  return json.result();
}

}  // namespace tinycnn
