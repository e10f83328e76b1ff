// SPDX-License-Identifier: MIT
// tinycnn verify: trains to the step that a link of the page names, as the page does, and compares
// the weights.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "commands.h"
#include "data.h"
#include "errors.h"
#include "networks.h"
#include "recipes.h"

namespace tinycnn::command {
namespace {

constexpr std::size_t kHashDigits = 16;
constexpr std::string_view kStep = "step-";
constexpr int kTurnSteps = 64;

/// The words of a link's part behind '#', by name.
using Words = std::map<std::string, std::string, std::less<>>;

std::optional<std::int64_t> parse_step(std::string_view text) {
  std::int64_t step = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  return is_whole && step > 0 ? std::optional(step) : std::nullopt;
}

std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr ==
            text.data() + i + 3) {
      result += static_cast<char>(value);
      i += 2;
    } else {
      result += text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

Words words_of(std::string_view link) {
  Words words;
  std::string_view rest = link.substr(std::min(link.size(), link.find('#') + 1));
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('&'));
    const std::size_t equals = std::min(part.size(), part.find('='));
    words[decoded(part.substr(0, equals))] =
        decoded(part.substr(std::min(part.size(), equals + 1)));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  return words;
}

std::string word(const Words& words, std::string_view name, std::string_view usual) {
  const auto at = words.find(name);
  return at == words.end() ? std::string(usual) : at->second;
}

struct RateChange {
  std::int64_t step = 0;
  double learning_rate = 0.0;
};

struct Goal {
  std::int64_t step = 0;
  std::string weights;
  std::vector<RateChange> rates;
};

/// "1200-0.003_2400-0.001"; nothing where that is no list of changes, step after step.
std::optional<std::vector<RateChange>> rates_in(std::string_view text) {
  std::vector<RateChange> rates;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('_'));
    const std::size_t dash = std::min(part.size(), part.find('-'));
    const auto step = parse_step(part.substr(0, dash));
    const std::string_view number = part.substr(std::min(part.size(), dash + 1));
    RateChange change{step.value_or(0)};
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), change.learning_rate);
    const bool is_first_step = part.substr(0, dash) == "0";
    if ((!step && !is_first_step) || error != std::errc{} || end != number.data() + number.size() ||
        (!rates.empty() && change.step <= rates.back().step)) {
      return std::nullopt;
    }
    rates.push_back(change);
    text.remove_prefix(std::min(text.size(), part.size() + 1));
  }
  return rates;
}

Goal goal_in(const Words& words) {
  const std::string stop = word(words, "stop", "");
  const std::string weights = word(words, "weights", "");
  const auto step = stop.starts_with(kStep)
                        ? parse_step(std::string_view(stop).substr(kStep.size()))
                        : std::nullopt;
  const auto rates = rates_in(word(words, "rates", ""));
  const bool is_hash = weights.size() == kHashDigits &&
                       weights.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!step || !rates || !is_hash) {
    throw UsageError("This link does not say which weights it leads to.",
                     {"Expected one that was copied on the page by Share, Copy link: it ends with "
                      "#…stop=step-N&weights=….",
                      "In a shell it stands in quotes, as it holds &."});
  }
  return {*step, weights, *rates};
}

/// The settings of a link as the options of train. As on the page, those that cannot be do not
/// count.
Arguments settings_in(const Words& words) {
  for (const std::string_view name : {"synthetic", "trainingImages", "wrongLabels"}) {
    if (words.contains(name)) {
      throw Failure("This link changes '" + std::string(name) + "', which this command does not.",
                    {"npx tinycnn verify does."});
    }
  }
  constexpr std::array<std::pair<const char*, const char*>, 12> kNames{
      {{"recipe", "recipe"},
       {"validation", "validation"},
       {"seed", "seed"},
       {"optimizer", "optimizer"},
       {"learningRate", "learning-rate"},
       {"batchSize", "batch-size"},
       {"epochs", "epochs"},
       {"schedule", "schedule"},
       {"distortion", "augmentation"},
       {"augmentation", "augmentation"},
       {"cutout", "cutout"},
       {"mixup", "mixup"}}};
  const VerbRow& train = *std::ranges::find(verbs(), "train", &VerbRow::name);
  Arguments given;
  given.values["recipe"] = {"recommended"};
  for (const auto& [name, option] : kNames) {
    const OptionRow& row = *std::ranges::find(train.options, option, &OptionRow::name);
    if (const auto at = words.find(name); at != words.end() && fault_of(row, at->second).empty()) {
      given.values[option] = {at->second};
    }
  }
  return given;
}

/// What holds while a run of a link is repeated.
struct Plan {
  std::vector<RateChange> rates;
  Schedule schedule;
  std::int64_t epochs = 1;
};

/// Sets what holds from the trainer's step on; returns the next step at which something else may.
/// A schedule that has ended is stretched, as the page does for a run that goes on.
std::int64_t prepare(Trainer& trainer, const Plan& plan) {
  const std::int64_t step = trainer.step();
  const std::int64_t recipe_steps = trainer.steps_per_epoch() * plan.epochs;
  const std::int64_t times = step / recipe_steps + 1;
  std::int64_t until = recipe_steps * times;
  for (const RateChange& change : plan.rates) {
    if (change.step <= step) {
      trainer.set_learning_rate(change.learning_rate);
    } else {
      until = std::min(until, change.step);
    }
  }
  Schedule schedule = plan.schedule;
  schedule.total_steps *= times;
  trainer.set_schedule(schedule);
  return until;
}

void retrain(Trainer& trainer, const Goal& goal, const Plan& plan, const std::string& title,
             Output& output) {
  std::int64_t until = 0;
  while (trainer.step() < goal.step) {
    if (trainer.step() >= until) {
      until = prepare(trainer, plan);
    }
    const std::int64_t last = std::min(until, goal.step);
    const auto steps = static_cast<int>(std::min<std::int64_t>(kTurnSteps, last - trainer.step()));
    if (const TrainResult result = trainer.train_steps(steps); result.divergence) {
      throw Failure("Training diverged at step " + std::to_string(result.divergence->step) + ": " +
                    result.divergence->cause);
    }
    output.progress(title, static_cast<double>(trainer.step()) / static_cast<double>(goal.step),
                    "step " + grouped(static_cast<double>(trainer.step())));
  }
  output.clear();
}

LabelledImages training_images(LoadedData& data, double held) {
  return held > 0.0 ? hold_out(data.train, held).train : std::move(data.train);
}

}  // namespace

int verify(const Arguments& given, Output& output) {
  const Words words = words_of(given.positionals.front());
  const Goal goal = goal_in(words);
  const Arguments settings = settings_in(words);
  const std::string name = word(words, "model", "tinycnn");
  require_known("network", name, zoo_ids(),
                {"tinycnn zoo lists them. npx tinycnn verify knows networks that a link brings."});
  const std::string data_name = word(words, "data", "mnist");
  const std::array<std::string, 3> known{"mnist", "fashion-mnist", "generated"};
  require_known("data set", data_name, known);
  if (const std::string made_by = word(words, "version", TINYCNN_VERSION);
      made_by != TINYCNN_VERSION) {
    output.say("The link was made by TinyCNN " + made_by + ", this is " TINYCNN_VERSION ".");
  }
  const std::unique_ptr<ThreadPool> threads = make_threads(given);
  LoadedData data = load_data({data_name}, output);
  const LabelledImages train = training_images(data, settings.number("validation").value_or(0.0));
  const ZooEntry& entry = find_in_zoo(name);
  RunOptions run = run_options(entry, settings, train.labels.size(), are_digits(data.classes));
  run.options.class_names = data.classes;
  Trainer trainer(entry.spec, run.options, *threads);
  trainer.set_data(Split::kTrain, {train.images, train.labels});
  retrain(trainer, goal, {goal.rates, run.options.schedule, run.epochs},
          std::string(entry.title) + ", seed " + std::to_string(run.options.seed), output);
  const std::string found = weights_of(trainer);
  const bool is_same = found == goal.weights;
  output.tell(is_same ? "Same weights: " + found + ", bit for bit."
                      : "Other weights: " + found + " instead of " + goal.weights + ".",
              Json::object()
                  .add("same", is_same)
                  .add("step", goal.step)
                  .add("weights", found)
                  .add("expected", goal.weights)
                  .add("version", TINYCNN_VERSION));
  return is_same ? kDone : kFailed;
}

}  // namespace tinycnn::command
