# SPDX-License-Identifier: Apache-2.0
#
# The rooms, and how sources are found in them. The order is that of the arrows: a room uses rooms to its
# left (tests/architecture/include_direction_test.py has the exact rule).

set(FIDELIA_ROOMS core customer audience scoring stage loyalty service outreach people advice report engine
                  simulation)

# Sources of src/, without the processor levels that this processor does not have.
function(fidelia_room_sources result)
  set(patterns "${PROJECT_SOURCE_DIR}/src/*.cc")
  foreach(room IN LISTS FIDELIA_ROOMS)
    list(APPEND patterns "${PROJECT_SOURCE_DIR}/src/${room}/*.cc"
                         "${PROJECT_SOURCE_DIR}/src/${room}/kernels/*.cc")
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${patterns})
  if(NOT FIDELIA_X86)
    list(FILTER sources EXCLUDE REGEX "_avx(2|512)\\.cc$")
  endif()
  set(${result} ${sources} PARENT_SCOPE)
endfunction()

# x_avx2.cc and x_avx512.cc are compiled for those processors and called only after asking the processor.
# They must define nothing that another object could define too, or the linker might keep the wrong copy:
# tests/architecture/processor_level_test.py looks at their objects.
function(fidelia_processor_levels)
  foreach(source IN LISTS ARGN)
    if(source MATCHES "_avx(2|512)\\.cc$")
      set_property(SOURCE "${source}" PROPERTY SKIP_PRECOMPILE_HEADERS ON)  # those are not for this processor
    endif()
    if(source MATCHES "_avx2\\.cc$")
      set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_OPTIONS -mavx2)
    elseif(source MATCHES "_avx512\\.cc$")
      set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_OPTIONS -mavx512f -mavx512dq -mavx512vl
                                                      -mavx512bw)
    endif()
  endforeach()
endfunction()

# Rooms whose code writes text, once a run.
function(fidelia_writing_rooms)
  if(FIDELIA_UNITY)  # options of a single source keep it out of any group
    return()
  endif()
  foreach(source IN LISTS ARGN)
    if(source MATCHES "/src/report/|/src/catalogue\\.cc$")
      set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_OPTIONS ${FIDELIA_COLD_CODE})
    endif()
  endforeach()
endfunction()

# With FIDELIA_UNITY a compiler reads up to eight sources of a room as one, which halves the time of the
# builds that only check. It asks of a room that no two of its sources give one name to two things. Alone
# stay sources that are versions of one pattern, with the same names on purpose.
function(fidelia_unite target)
  if(NOT FIDELIA_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  foreach(source IN LISTS ARGN)
    if(source MATCHES "/kernels/|/words_|nbd[^/]*$|/gamma_gamma|(alive|leaving)_tables")
      continue()
    endif()
    get_filename_component(room "${source}" DIRECTORY)
    get_filename_component(room "${room}" NAME)
    math(EXPR counted_${room} "${counted_${room}} + 1")
    math(EXPR group "(${counted_${room}} - 1) / 8 + 1")
    set_property(SOURCE "${source}" PROPERTY UNITY_GROUP "${room}${group}")
  endforeach()
endfunction()
