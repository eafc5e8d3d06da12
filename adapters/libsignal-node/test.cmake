# Runs the adapter's own tests, or says why not.
if(NOT EXISTS ${HERE}/node_modules)
    message("left out: run npm ci in adapters/libsignal-node first")
    return()
endif()
execute_process(COMMAND ${NODE} --test test.mjs WORKING_DIRECTORY ${HERE} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "node --test failed")
endif()
