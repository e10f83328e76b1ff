// SPDX-License-Identifier: MIT
// Fused and inspectable plans of one model compute the same; what is elided or unread changes
// nothing.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "plan/compiled_model.h"
#include "support/bits.h"
#include "support/random_values.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/zoo.h"

namespace tinycnn::test {
namespace {

constexpr Pass kPass{.mode = Mode::kTrain, .drops_out = true, .samples = kLanes};

std::vector<ModelSpec> models() {
  return {
      find_in_zoo("tinycnn").spec, small_model(),
      // conv1 has two readers, so relu1 cannot be fused; flatten's source has two as well.
      model({2, 6, 6}, {conv2d("conv1", 5, {3, 3}), relu("relu1"), from("conv1", flatten("unread")),
                        from("relu1", conv2d("conv2", 3, {2, 2}, {.padding = {1, 1}})),
                        flatten("flatten"), from("conv2", relu("relu2")), flatten("flatten2"),
                        linear("fc1", 7), relu("relu3"), linear("fc2", 4)}),
      // A ReLU that a pool and another layer read, one whose pool nobody reads, one of the input
      // before an overlapping pool, and one after a layer that cannot apply it.
      model({2, 6, 6}, {relu("relu0"), pool2d("pool0", LayerType::kMaxPool2d, {2, 2}, {1, 1}),
                        conv2d("conv1", 3, {2, 2}), relu("relu1"), max_pool2d("pool1", {2, 2}),
                        from("relu1", flatten("flatten1")), from("pool1", flatten("flatten2")),
                        from({"flatten1", "flatten2"}, plain("concat", LayerType::kConcat)),
                        linear("fc1", 8), relu("relu2"), linear("fc2", 3)}),
      model({2, 6, 6},
            {conv2d("conv1", 3, {3, 3}), relu("relu1"), max_pool2d("unread", {2, 2}),
             from("relu1", conv2d("conv2", 4, {1, 1})), plain("tanh", LayerType::kTanh),
             relu("relu2"), max_pool2d("pool", {3, 2}), flatten("flatten"), linear("fc", 3)}),
      // A residual, a concat, inputs read twice, a ReLU that two layers read.
      model({2, 6, 6}, {conv2d("conv1", 4, {3, 3}, {.padding = {1, 1}, .groups = 2}), relu("relu1"),
                        conv2d("conv2", 4, {3, 3}, {.padding = {1, 1}}),
                        from({"conv2", "relu1"}, plain("add", LayerType::kAdd)), relu("relu2"),
                        from({"relu2", "relu2", "input"}, plain("concat", LayerType::kConcat)),
                        dropout("drop", 0.3), pool2d("pool", LayerType::kAvgPool2d, {2, 2}),
                        flatten("flatten"), linear("fc1", 6), plain("gelu", LayerType::kGELU),
                        from({"gelu", "gelu"}, plain("twice", LayerType::kAdd)),
                        plain("end", LayerType::kLogSoftmax)}),
      model({1, 3, 3}, {flatten("a"), flatten("b"), linear("fc", 4), flatten("c"), relu("d")})};
}

/// Runs one block of random inputs forward.
struct ForwardRun {
  ForwardRun(const CompiledModel& model, const Plan& plan) : workspace(plan.workspace_size()) {
    forward(model, plan);
    const auto out = plan.output(workspace, model.summary().layers.size() - 1);
    logits.assign(out.begin(), out.end());
  }
  void forward(const CompiledModel& model, const Plan& plan) {
    std::ranges::copy(RandomValues(1).floats(plan.input(workspace).size()),
                      plan.input(workspace).begin());
    plan.forward({model.parameters(), model.packed(), {}, {}}, {kPass, 0, workspace});
  }
  Buffer workspace;
  Buffer logits;
};

/// And backward, with random gradients.
struct Run : ForwardRun {
  Run(const CompiledModel& model, const Plan& plan)
      : ForwardRun(model, plan), gradient(model.parameters().size()) {
    std::ranges::copy(RandomValues(2).floats(logits.size()), plan.d_output(workspace).begin());
    backward(model, plan);
  }
  void backward(const CompiledModel& model, const Plan& plan) {
    plan.backward_phase(0, {model.parameters(), model.packed(), model.packed_backward(), {}},
                        {kPass, 0, workspace}, gradient);
  }
  Buffer gradient;
};

}  // namespace

TEST_CASE("the plan for training and the plan for inspection give the same bits") {
  for (const ModelSpec& spec : models()) {
    const CompiledModel model(spec, 5);
    const Run fused(model, model.plan());
    const ForwardRun inspected(model, model.inspection_plan());
    CHECK(difference(fused.logits, inspected.logits) == "");
    CHECK(std::ranges::any_of(fused.gradient, [](float d) { return d != 0.0F; }));
  }
}

TEST_CASE("a second run in the same workspace gives the same bits and adds its gradients") {
  for (const ModelSpec& spec : models()) {
    const CompiledModel model(spec, 5);
    const Plan& plan = model.plan();
    Run run(model, plan);
    const Buffer once = run.gradient;
    run.forward(model, plan);
    const auto logits = plan.output(run.workspace, spec.layers.size() - 1);
    CHECK(difference(logits, run.logits) == "");
    std::ranges::copy(RandomValues(2).floats(logits.size()), plan.d_output(run.workspace).begin());
    run.backward(model, plan);
    for (std::size_t i = 0; i < once.size(); ++i) {
      // Weight gradients of linear are added sample by sample, so the sum is rounded differently.
      REQUIRE(run.gradient[i] == doctest::Approx(2.0F * once[i]).epsilon(1e-5));
    }
  }
}

TEST_CASE("the inspection plan keeps every layer's own output") {
  const CompiledModel model(find_in_zoo("tinycnn").spec, 5);
  const Plan& plan = model.inspection_plan();
  ForwardRun run(model, plan);
  for (const std::size_t conv : {std::size_t{0}, std::size_t{2}}) {
    const auto before = plan.output(run.workspace, conv);
    const auto after = plan.output(run.workspace, conv + 1);
    CHECK(std::ranges::any_of(before, [](float v) { return v < 0.0F; }));
    REQUIRE(before.size() == after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      REQUIRE(after[i] == std::max(before[i], 0.0F));
    }
  }
}

TEST_CASE("a layer that nobody reads has an output to inspect and a gradient of zero") {
  const ModelSpec spec = model({1, 4, 4}, {conv2d("conv", 2, {3, 3}), flatten("flatten"),
                                           linear("unread", 6), from("flatten", linear("fc", 3))});
  const CompiledModel model(spec, 5);
  const Run fused(model, model.plan());
  ForwardRun inspected(model, model.inspection_plan());
  const auto unread = model.inspection_plan().output(inspected.workspace, 2);
  CHECK(std::ranges::any_of(unread, [](float v) { return v != 0.0F; }));
  for (const auto& [parameter, offset] : model.parameter_views()) {
    const auto gradient = std::span(fused.gradient).subspan(offset, parameter.size());
    const bool is_zero = std::ranges::all_of(gradient, [](float d) { return d == 0.0F; });
    CHECK(is_zero == parameter.name.starts_with("unread"));
  }
}

TEST_CASE("inspection takes memory for the outputs of all layers, but none for gradients") {
  const ModelSpec spec = model({1, 8, 8}, {plain("relu1", LayerType::kReLU), relu("relu2"),
                                           flatten("flatten"), linear("fc", 2)});
  const CompiledModel model(spec, 5);
  const ModelSummary& summary = model.summary();
  std::size_t activations = summary.input.block_size();
  for (const LayerSummary& layer : summary.layers) {
    activations += layer.spec.type == LayerType::kFlatten ? 0 : layer.output.block_size();
  }
  const std::size_t scratch_of_linear = summary.layers.back().input.block_size();
  CHECK(model.inspection_plan().workspace_size() == activations + scratch_of_linear);
  CHECK(model.inspection_plan().packed_backward_size() == 0);
}

TEST_CASE("a model whose activations take more than a gibibyte is refused in words") {
  const auto make = [](const ModelSpec& spec) {
    return [&spec] { const CompiledModel refused(spec, 1); };
  };
  const ModelSpec wide =
      model({1, 4096, 4096}, {conv2d("conv1", 4, {1, 1}), max_pool2d("pool", {4096, 4096})});
  CHECK(wrong_refusal(make(wide), {"[memory]", "1 GiB", "needs more"}) == "");
  // Little but the output gradient dilated with zeros: 512 channels of 512x512 pixels, 2^30 floats.
  const auto strided = [](int side, int stride) {
    return model({1, side, side}, {conv2d("conv1", 1, {1, 1}),
                                   conv2d("conv2", 512, {1, 1}, {.stride = {stride, stride}}),
                                   plain("gap", LayerType::kGlobalAvgPool2d), linear("fc", 2)});
  };
  CHECK(wrong_refusal(make(strided(512, 4)), {"[memory]", "1 GiB", "needs more"}) == "");
  // With a longer stride it is scattered instead.
  CHECK(CompiledModel(strided(1024, 1024), 1).plan().workspace_size() < std::size_t{1} << 26);
}

}  // namespace tinycnn::test
