// SPDX-License-Identifier: MIT
// tinycnn train: a run on data, or one that goes on. Its weights follow from data, network, recipe
// and seed alone, so a run that was stopped and gone on with ends with the bits of one that was
// not.
#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "commands.h"
#include "data.h"
#include "errors.h"
#include "files.h"
#include "networks.h"
#include "recipes.h"
#include "signals.h"

namespace tinycnn::command {
namespace {

constexpr double kTurnSeconds = 0.02;  // between two moments at which signals are looked for
constexpr double kMaxTurnSteps = 500.0;
constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

/// Options that a run to go on with has its own values of.
constexpr std::array<std::string_view, 10> kDecidedBefore{
    "model",     "recipe",   "seed",         "batch-size", "learning-rate",
    "optimizer", "schedule", "augmentation", "cutout",     "mixup"};

void require_fresh(const Arguments& given) {
  for (const std::string_view name : kDecidedBefore) {
    if (given.has(name)) {
      throw UsageError(
          "--" + std::string(name) + " cannot be given with --resume: the file has its own",
          {"Without --resume a new run begins."});
    }
  }
}

struct Judged {
  double loss = 0.0;
  double accuracy = 0.0;

  [[nodiscard]] Json json() const {
    return Json::object().add("loss", loss).add("accuracy", accuracy);
  }
};

Judged judge(Trainer& trainer, Split split) {
  const Evaluation found = trainer.evaluate(split, 0, kAll);
  const auto count = static_cast<double>(found.count);
  return {found.loss_sum / count, static_cast<double>(found.correct) / count};
}

/// Means over the mini-batches of an epoch, as far as they were trained here.
struct Totals {
  double steps = 0.0;
  double loss = 0.0;
  double accuracy = 0.0;
  double start = now();

  void add(double count, const TrainResult& result) {
    steps += count;
    loss += count * result.loss;
    accuracy += count * result.accuracy;
  }
  [[nodiscard]] double mean_loss() const { return loss / std::max(1.0, steps); }
  [[nodiscard]] double mean_accuracy() const { return accuracy / std::max(1.0, steps); }
};

/// The data of a run: what is trained on, and what judges it.
struct RunData {
  std::vector<std::string> classes;
  LabelledImages train;
  LabelledImages test;
  std::optional<LabelledImages> validation{};
};

RunData data_of_run(const Arguments& given, Output& output) {
  LoadedData loaded = load_data(require_data(given, "what should the network learn from?"), output);
  RunData data{std::move(loaded.classes), std::move(loaded.train), std::move(loaded.test)};
  if (const double share = given.number("validation").value_or(0.0); share > 0.0) {
    HeldOut parts = hold_out(data.train, share);
    data.train = std::move(parts.train);
    data.validation = std::move(parts.validation);
  }
  return data;
}

/// A trainer, and after how many epochs it ends.
struct Begun {
  std::unique_ptr<Trainer> trainer;
  std::int64_t epochs = 0;
};

Begun begin(const Arguments& given, const RunData& data, Executor& executor) {
  const std::string name = given.text("model").value_or("tinycnn");
  const ModelSpec spec = read_spec(name);
  const std::vector<std::string> ids = zoo_ids();
  const bool is_known = std::ranges::find(ids, name) != ids.end();
  RunOptions run = run_options(find_in_zoo(is_known ? name : "tinycnn"), given,
                               data.train.labels.size(), are_digits(data.classes));
  run.options.class_names = data.classes;
  require_readable(spec, name);
  return {std::make_unique<Trainer>(spec, run.options, executor), run.epochs};
}

/// A run as a file has it. A schedule that would have ended before the last epoch is stretched to
/// it.
Begun go_on(const std::string& path, const Arguments& given, const RunData& data,
            Executor& executor) {
  const Bytes bytes = read_bytes(path);
  if (!is_run(bytes)) {
    throw Failure(path + " is no run of tinycnn that could be gone on with.",
                  {"tinycnn import reads networks of other programs."});
  }
  Begun begun{open_run(path, bytes, executor)};
  Trainer& trainer = *begun.trainer;
  require_readable(trainer.model().spec(), path);
  Schedule schedule = trainer.options().schedule;
  const bool has_end =
      schedule.type == ScheduleType::kOneCycle || schedule.type == ScheduleType::kCosine;
  const int batch_size = trainer.options().batch_size;
  const std::int64_t per_epoch =
      (std::ssize(data.train.labels) + batch_size - 1) / std::int64_t{batch_size};
  const double planned =
      std::floor(static_cast<double>(schedule.total_steps) / static_cast<double>(per_epoch) + 0.5);
  const auto planned_epochs = has_end ? static_cast<std::int64_t>(planned) : 1;
  begun.epochs =
      given.integer("epochs").value_or(std::max(planned_epochs, trainer.step() / per_epoch + 1));
  const std::int64_t wanted = given.integer("steps").value_or(begun.epochs * per_epoch);
  if (has_end && wanted > schedule.total_steps && planned_epochs != begun.epochs) {
    schedule.total_steps = wanted;
    trainer.set_schedule(schedule);
  }
  return begun;
}

class Run {
 public:
  Run(Begun begun, const Arguments& given, std::string out, Output& output, bool has_validation)
      : trainer_(std::move(begun.trainer)),
        epochs_(begun.epochs),
        given_(given),
        out_(std::move(out)),
        output_(output),
        has_validation_(has_validation),
        until_(given.integer("steps").value_or(epochs_ * trainer_->steps_per_epoch())) {}

  int run() {
    introduce();
    require_steps_to_do();
    const SignalListener listener;
    while (trainer_->step() < until_) {
      Totals totals;
      const std::int64_t per_epoch = trainer_->steps_per_epoch();
      const std::int64_t end = std::min(until_, (trainer_->step() / per_epoch + 1) * per_epoch);
      train_to(end, totals);
      if (trainer_->step() < end) {
        return say_stopped();
      }
      const bool goes_on = end % per_epoch != 0 || end_epoch(totals);
      if (!goes_on || end >= until_) {
        break;
      }
      if (SignalListener::received() != 0) {
        return say_stopped();
      }
    }
    return say_done();
  }

 private:
  void introduce() {
    const std::int64_t step = trainer_->step();
    const std::string& name = trainer_->model().spec().name;
    const std::int64_t parameters = trainer_->model().summary().parameter_count;
    const TrainerOptions& options = trainer_->options();
    output_.say(name + ": " + grouped(static_cast<double>(parameters)) + " parameters, seed " +
                std::to_string(options.seed) + ", mini-batches of " +
                std::to_string(options.batch_size) + ", " + std::to_string(epochs_) +
                (epochs_ == 1 ? " epoch" : " epochs") +
                (step > 0 ? ", from step " + grouped(static_cast<double>(step)) : ""));
    output_.emit(Json::object()
                     .add("event", "begin")
                     .add("model", name)
                     .add("parameters", parameters)
                     .add("seed", static_cast<std::int64_t>(options.seed))
                     .add("step", step)
                     .add("until", until_)
                     .add("epochs", epochs_));
  }

  void require_steps_to_do() {
    const std::int64_t step = trainer_->step();
    if (step >= until_) {
      throw Failure(given_.text("resume").value_or("The run") + " has trained " +
                        grouped(static_cast<double>(step)) + " steps already.",
                    {"Give more with --epochs, which counts from the beginning: --epochs " +
                     std::to_string(step / trainer_->steps_per_epoch() + 1) + " or more."});
    }
  }

  /// Trains until `end`, or less far if a signal comes. Throws Failure where the run diverges.
  void train_to(std::int64_t end, Totals& totals) {
    while (trainer_->step() < end && SignalListener::received() == 0) {
      const std::int64_t count =
          std::min(static_cast<std::int64_t>(turn_steps_), end - trainer_->step());
      const double from = now();
      const TrainResult result = trainer_->train_steps(static_cast<int>(count));
      const double seconds = std::max(now() - from, 1e-4);
      trained_ += static_cast<double>(count);
      trained_seconds_ += seconds;
      const double fitting = static_cast<double>(count) * kTurnSeconds / seconds;
      turn_steps_ =
          std::clamp(std::floor(std::min(fitting, 2.0 * turn_steps_)), 1.0, kMaxTurnSteps);
      if (result.divergence) {
        fail_diverged(*result.divergence);
      }
      totals.add(static_cast<double>(count), result);
      show(totals);
    }
  }

  void show(const Totals& totals) {
    const std::int64_t epoch =
        std::min(epochs_, (trainer_->step() - 1) / trainer_->steps_per_epoch() + 1);
    const double rate = trained_ / trained_seconds_;
    const double left = static_cast<double>(until_ - trainer_->step()) / rate;
    output_.progress("epoch " + std::to_string(epoch) + " of " + std::to_string(epochs_),
                     static_cast<double>(trainer_->step()) / static_cast<double>(until_),
                     "loss " + fixed(totals.mean_loss(), 4) + "  " +
                         grouped(rate * trainer_->options().batch_size) + " images/s  " +
                         duration(left) + " left");
  }

  void save() { write_whole(out_, trainer_->save()); }

  /// After each epoch: what it has come to, on disk too. False where that is enough.
  bool end_epoch(const Totals& totals) {
    const double seconds = now() - totals.start;
    const Judged test = judge(*trainer_, Split::kTest);
    const std::int64_t epoch = trainer_->step() / trainer_->steps_per_epoch();
    const std::string number = std::to_string(epoch);
    std::string text = "epoch " + std::string(3 - std::min<std::size_t>(3, number.size()), ' ') +
                       number + "  loss " + fixed(totals.mean_loss(), 4) + "  training " +
                       percent(totals.mean_accuracy());
    Json json = Json::object()
                    .add("event", "epoch")
                    .add("epoch", epoch)
                    .add("step", trainer_->step())
                    .add("loss", totals.mean_loss())
                    .add("accuracy", totals.mean_accuracy())
                    .add("test", test.json());
    double reached = test.accuracy;
    if (has_validation_) {
      const Judged validation = judge(*trainer_, Split::kValidation);
      text += "  validation " + percent(validation.accuracy);
      json.add("validation", validation.json());
      reached = validation.accuracy;
    }
    save();  // before it is told, since whoever reads that may have gone
    output_.tell(text + "  test " + percent(test.accuracy) + "  " + duration(seconds),
                 json.add("seconds", seconds));
    has_reached_ = reached >= given_.number("target-accuracy").value_or(2.0);
    return !has_reached_;
  }

  [[noreturn]] void fail_diverged(const Divergence& divergence) {
    output_.clear();
    output_.emit(Json::object()
                     .add("event", "diverged")
                     .add("step", divergence.step)
                     .add("loss", divergence.loss)
                     .add("cause", divergence.cause)
                     .add("cure", divergence.cure));
    std::vector<std::string> advice{divergence.cure};
    if (file_exists(out_)) {
      advice.push_back(out_ + " holds what was saved last.");
    }
    throw Failure(
        "Training diverged at step " + std::to_string(divergence.step) + ": " + divergence.cause,
        std::move(advice));
  }

  /// The command that goes on from the file.
  [[nodiscard]] std::string continuation() const {
    std::string words = "tinycnn train --resume " + quoted(out_);
    for (const std::string& each : given_.values.find("data")->second) {
      words += " --data " + quoted(each);
    }
    words += " --epochs " + std::to_string(epochs_);
    for (const char* name : {"steps", "validation", "target-accuracy", "threads"}) {
      if (const auto value = given_.text(name)) {
        words += std::string(" --") + name + " " + quoted(*value);
      }
    }
    return words;
  }

  int say_stopped() {
    save();
    const bool is_terminated = SignalListener::received() == SIGTERM;
    const std::int64_t step = trainer_->step();
    output_.tell("Stopped at step " + grouped(static_cast<double>(step)) + ", in epoch " +
                     std::to_string(step / trainer_->steps_per_epoch() + 1) + " of " +
                     std::to_string(epochs_) + ", and saved as " + out_ + ". Go on with:\n  " +
                     continuation(),
                 Json::object()
                     .add("event", "stopped")
                     .add("signal", is_terminated ? "SIGTERM" : "SIGINT")
                     .add("step", step)
                     .add("file", out_)
                     .add("weights", weights_of(*trainer_))
                     .add("continue", continuation()));
    return is_terminated ? kTerminated : kInterrupted;
  }

  int say_done() {
    save();
    const Judged test = judge(*trainer_, Split::kTest);
    const std::string weights = weights_of(*trainer_);
    output_.tell("Done after " + grouped(static_cast<double>(trainer_->step())) + " steps" +
                     (has_reached_ ? ", the accuracy that was wanted" : "") + ": test accuracy " +
                     percent(test.accuracy) + ", saved as " + out_ + ".\nweights " + weights,
                 Json::object()
                     .add("event", "done")
                     .add("step", trainer_->step())
                     .add("test", test.json())
                     .add("file", out_)
                     .add("weights", weights));
    return kDone;
  }

  std::unique_ptr<Trainer> trainer_;
  std::int64_t epochs_;
  const Arguments& given_;
  std::string out_;
  Output& output_;
  bool has_validation_;
  std::int64_t until_;
  double turn_steps_ = 1.0;
  double trained_ = 0.0;  // steps, in so many seconds
  double trained_seconds_ = 0.0;
  bool has_reached_ = false;
};

}  // namespace

int train(const Arguments& given, Output& output) {
  require_data(given, "what should the network learn from?");
  const std::optional<std::string> resumed = given.text("resume");
  if (resumed) {
    require_fresh(given);
  }
  const std::string out = given.text("out").value_or(resumed.value_or("model.tinycnn"));
  require_writable(out, given.has("force") || out == resumed);
  if (!resumed) {
    read_spec(given.text("model").value_or("tinycnn"));  // before data are read
  }
  const std::unique_ptr<ThreadPool> threads = make_threads(given);
  const RunData data = data_of_run(given, output);
  Begun begun = resumed ? go_on(*resumed, given, data, *threads) : begin(given, data, *threads);
  Trainer& trainer = *begun.trainer;
  const std::vector<std::string> names = class_names(trainer);
  trainer.set_data(Split::kTrain, with_labels_of(names, data.train, data.classes));
  trainer.set_data(Split::kTest, with_labels_of(names, data.test, data.classes));
  if (data.validation) {
    trainer.set_data(Split::kValidation, with_labels_of(names, *data.validation, data.classes));
  }
  return Run(std::move(begun), given, out, output, data.validation.has_value()).run();
}

}  // namespace tinycnn::command
