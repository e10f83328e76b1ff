// SPDX-License-Identifier: MIT
#include "recipes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tinycnn::command {
namespace {

constexpr double kGeneratedShare = 0.4;
constexpr double kPublishedImages = 60'000.0;

double steps_per_epoch(double images, int batch_size) { return std::ceil(images / batch_size); }

Recipe chosen_recipe(const ZooEntry& entry, const std::string& choice, bool are_digits) {
  Recipe recipe = choice == "published" ? entry.recipe : entry.best_recipe;
  if (choice == "recommended" && are_digits) {
    recipe.options.augment.generated = kGeneratedShare;
  }
  return recipe;
}

/// The settings that most networks train well with.
OptimizerOptions usual_options(OptimizerType type) {
  OptimizerOptions options = default_options(type);
  switch (type) {
    case OptimizerType::kSgd:
      options.learning_rate = 0.05;
      options.momentum = 0.9;
      break;
    case OptimizerType::kRmsprop:
      options.learning_rate = 0.001;
      break;
    case OptimizerType::kAdam:
    case OptimizerType::kAdamW:
      options.learning_rate = 0.003;
      break;
    case OptimizerType::kMuon:
      options.learning_rate = 0.01;
      break;
  }
  return options;
}

AugmentOptions usual_augmentation(const std::string& choice) {
  if (choice == "slight") {
    return {.degrees = 8.0,
            .translate_x = 0.04,
            .translate_y = 0.04,
            .scale_min = 0.94,
            .scale_max = 1.06,
            .shear = 5.0};
  }
  if (choice == "strong") {
    return {.degrees = 15.0,
            .translate_x = 0.08,
            .translate_y = 0.08,
            .scale_min = 0.85,
            .scale_max = 1.15,
            .shear = 12.0,
            .elastic_alpha = 2.0};
  }
  return {};
}

/// A schedule that has an end ends with the last epoch.
Schedule changed_schedule(const Recipe& recipe, const Arguments& given) {
  const Schedule& before = recipe.options.schedule;
  const std::string choice = given.text("schedule").value_or("");
  ScheduleType type = before.type;
  if (choice == "constant") {
    type = ScheduleType::kConstant;
  } else if (choice == "cosine") {
    type = ScheduleType::kCosine;
  } else if (choice == "oneCycle") {
    type = ScheduleType::kOneCycle;
  }
  if (type == ScheduleType::kConstant) {
    return {};
  }
  Schedule schedule = before.type == type ? before : Schedule{.type = type};
  if (type == ScheduleType::kCosine || type == ScheduleType::kOneCycle) {
    const double steps = steps_per_epoch(kPublishedImages, recipe.options.batch_size);
    schedule.total_steps = static_cast<std::int64_t>(recipe.epochs * steps);
  }
  return schedule;
}

Recipe changed_recipe(Recipe recipe, const Arguments& given, bool are_digits) {
  constexpr std::array<std::string_view, 8> kChanges{"optimizer", "learning-rate", "batch-size",
                                                     "epochs",    "schedule",      "augmentation",
                                                     "cutout",    "mixup"};
  if (std::ranges::none_of(kChanges, [&](std::string_view name) { return given.has(name); })) {
    return recipe;
  }
  TrainerOptions& options = recipe.options;
  if (const auto optimizer = given.text("optimizer")) {
    options.optimizer = usual_options(optimizer_type_from_string(*optimizer));
  }
  options.optimizer.learning_rate =
      given.number("learning-rate").value_or(options.optimizer.learning_rate);
  options.batch_size = static_cast<int>(given.integer("batch-size").value_or(options.batch_size));
  recipe.epochs = static_cast<int>(given.integer("epochs").value_or(recipe.epochs));
  const std::string augmentation = given.text("augmentation").value_or("");
  const double generated = !are_digits || augmentation == "none" ? 0.0 : options.augment.generated;
  if (!augmentation.empty()) {
    options.augment = usual_augmentation(augmentation);
  }
  options.augment.generated = generated;
  options.augment.cutout =
      static_cast<int>(given.integer("cutout").value_or(options.augment.cutout));
  options.augment.mixup = given.number("mixup").value_or(options.augment.mixup);
  options.schedule = changed_schedule(recipe, given);
  return recipe;
}

/// Every count of steps becomes that of the same epochs, and every factor from one step to the next
/// with it.
Schedule stretched(Schedule schedule, double share) {
  const auto steps = [share](std::int64_t count) {
    const double wanted = std::floor(static_cast<double>(count) * share + 0.5);
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(wanted));
  };
  if (schedule.warmup_steps > 0) {
    schedule.warmup_steps = steps(schedule.warmup_steps);
  }
  switch (schedule.type) {
    case ScheduleType::kConstant:
      break;
    case ScheduleType::kExponential:
      schedule.gamma = std::pow(schedule.gamma, 1.0 / share);
      break;
    case ScheduleType::kStep:
      schedule.step_size = steps(schedule.step_size);
      break;
    case ScheduleType::kOneCycle:
    case ScheduleType::kCosine:
      schedule.total_steps = steps(schedule.total_steps);
      break;
  }
  return schedule;
}

}  // namespace

RunOptions run_options(const ZooEntry& entry, const Arguments& given, std::size_t images,
                       bool are_digits) {
  const std::string choice = given.text("recipe").value_or("best");
  Recipe recipe = changed_recipe(chosen_recipe(entry, choice, are_digits), given, are_digits);
  TrainerOptions& options = recipe.options;
  const double share = steps_per_epoch(static_cast<double>(images), options.batch_size) /
                       steps_per_epoch(kPublishedImages, options.batch_size);
  if (share != 1.0) {
    options.schedule = stretched(options.schedule, share);
    // the average reaches back over the same part of an epoch
    options.ema_decay = std::pow(options.ema_decay, 1.0 / share);
  }
  options.seed = static_cast<std::uint64_t>(given.integer("seed").value_or(1));
  return {options, recipe.epochs};
}

}  // namespace tinycnn::command
