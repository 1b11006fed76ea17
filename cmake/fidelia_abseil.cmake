# SPDX-License-Identifier: Apache-2.0
#
# Abseil, compiled from source with our flags into objects of our own.
#
# Not through Abseil's CMake files: a project that adds Fidelia as a subdirectory may have Abseil's targets
# already, and names of targets are global. Only the parts that Fidelia uses are compiled, today those behind
# its calendar; an archive gives a program only those objects that it needs. Who includes more of Abseil adds
# its folders here (a container needs `container hash debugging profiling strings synchronization` too).

function(fidelia_add_abseil target)
  if(EXISTS "${FIDELIA_ABSL_SOURCE}/.fidelia-source")  # what the script made for another build
    set(source "${FIDELIA_ABSL_SOURCE}")
  else()
    if(PROJECT_IS_TOP_LEVEL AND NOT FIDELIA_ABSL_SOURCE)
      set(source "${PROJECT_SOURCE_DIR}/build/abseil")  # shared by all presets
    else()
      set(source "${PROJECT_BINARY_DIR}/abseil")
    endif()
    execute_process(
      COMMAND "${PROJECT_SOURCE_DIR}/cmake/fetch_abseil.sh" "${source}" ${FIDELIA_ABSL_SOURCE}
      RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR "Abseil's source is not available (see above); -DFIDELIA_ABSL_SOURCE names a copy.")
    endif()
  endif()

  set(files)
  foreach(part base numeric time)
    file(GLOB_RECURSE found "${source}/absl/${part}/*.cc")
    list(APPEND files ${found})
  endforeach()
  list(FILTER files EXCLUDE REGEX "(_test|_testing|_benchmark|_benchmarks|_mock)\\.cc$")
  list(FILTER files EXCLUDE REGEX
       "/(test_|benchmark|gaussian|scoped_set_env|pow10_helper|print_hash_of|failure_signal_handler)[^/]*$")
  list(FILTER files EXCLUDE REGEX "/(cord|cordz)_?[^/]*$")  # Fidelia has no use for Abseil's ropes
  list(FILTER files EXCLUDE REGEX "(_test_|test_util|/hash_policy_testing|/chi_square)[^/]*$")

  add_library(${target} OBJECT EXCLUDE_FROM_ALL ${files})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE -w -g0 -ffunction-sections -fdata-sections)
  target_include_directories(${target} SYSTEM PUBLIC "${source}")
  # A link to the headers only: the objects go into fidelia_cpp by name.
  target_include_directories(fidelia_private SYSTEM INTERFACE "${source}")
  set(FIDELIA_ABSL_LICENSE "${source}/LICENSE" PARENT_SCOPE)
endfunction()
